"""DBML that this tool did not write: in the form of dbterd 1.32, and by hand."""

# As dbterd 1.32 writes it: notes are JSON, descriptions that are empty are notes, contracts have bare names in indexes.
DBTERD = r"""//Tables (based on the selection criteria)
//--configured at schema: dev.sales
Table "model.shop.orders" {
  "id" "NUMBER(38,0)" [note: "The order's \"number\" \u2014 \ud83d\ude00"]
  "customer_id" "unknown"
  "line no" "text"

  Note: "One row\neach.\n"
  indexes {
    (id, line no) [pk]
  }
}
//--configured at schema: dev.sales
Table "model.shop.customers" {
  "id" "NUMBER(38,0)"

  Note: ""
}
//Refs (based on the DBT Relationship Tests)
Ref: "model.shop.orders"."customer_id" > "model.shop.customers"."id"
Ref: "model.shop.orders".("id", "line no") - "model.shop.customers".("id", "name")
"""

# The same tool, with other options: bare names, groups and dependencies.
DBTERD_BARE = """//Tables (based on the selection criteria)
//--configured at schema: my-db.sales
Table my-db.sales.orders {
  "id" "int"

  Note: ""
}
//--configured at schema: my-db.raw
Table my-db.raw.orders {
  "id" "int"

  Note: ""
}
//Refs (based on the DBT Relationship Tests)
Ref: my-db.sales.orders."id" <> my-db.raw.orders."id"
//TableGroups (based on schema)
TableGroup sales {
  my-db.sales.orders
}
TableGroup raw {
  my-db.raw.orders
}
//Deps (based on the DBT DAG)
Dep {
  my-db.raw.orders -> my-db.sales.orders
}
"""

# Everything that people write in DBML, and that a tool reads.
BY_HAND = """
Project shop {
  database_type: 'PostgreSQL'
  Note: 'It has { braces } in it'
}
// a comment
/* another
   } one */
Table sales.orders as O [headercolor: #3498DB, note: 'of the table'] {
  id int [pk, increment]
  note varchar(255) [not null, unique, default: `now()`, note: '''
    two
      lines
  ''']
  customer_id integer [ref: > customers.id, default: -1]
  prices "decimal(10, 2)" [null]
  amount decimal(10, 2)
  tags text[] [note: "an array"]

  indexes {
    (customer_id, note) [unique, name: 'x']
    amount [unique]
    `lower(note)` [unique]
    prices
  }
}
Table customers
{
  id int [primary key]
  parent_id int
  country int
  Note {
    'A customer.'
  }
}
Enum status {
  new [note: 'n']
  "old one"
}
Table public.countries {
  code int [unique]
}
Ref named_one: O.amount ?<>? customers.country
Ref named_two {
  customers.parent_id ?- customers.id [delete: cascade]
}
Ref: customers.country >? countries.code
Ref: O.(prices, tags) < customers.(parent_id, country)
TableGroup g [note: 'x'] {
  sales.orders
  customers
  Note: 'y'
}
Note sticky {
  'Table x {'
}
"""
