"""From artifacts to an ERD: tables, columns, keys, relationships, names, in any order."""
