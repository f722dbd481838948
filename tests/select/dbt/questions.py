"""What dbt and we are both asked. `translated` is how dbt is to be asked where our reading is documented as wider."""

from typing import NamedTuple


class Question(NamedTuple):
    """Rules, as `select` and `exclude` take them, or the name of a YAML selector."""

    select: str = ""
    exclude: str = ""
    selector: str = ""
    translated: str = ""

    def __str__(self) -> str:
        shown = f"select {self.select!r}" if self.select else ""
        shown += f" exclude {self.exclude!r}" if self.exclude else ""
        return (shown or f"selector {self.selector}").strip()


def asked(*rules: str) -> tuple[Question, ...]:
    return tuple(Question(rule) for rule in rules)


SHOP = (
    *asked(
        # Bare names: fqn, path, file.
        "dim_place", "Stores_Map", "stores_map", "staging", "staging.sales", "marts.core", "shop.marts", "shop",
        "crm",
        "crm.accounts", "accounts", "core", "dim_customer", "dim_customer.v2", "dim_customer_v3",
        "shop.dim_customer.v1",
        "dim_customer.v9", "audit.log", "audit", "log", "countries", "kept_places", "fqn:connected", "no_such_thing",
        "fct_*", "*_orders", "staging.*.stg_*", "stag?ng", "st[a-m]ging.sales", "*", "shop.*.core.*", "dim_customer*",
        "*v2", "int_sales_[!o]*", "regions", "report_orders regions", "scores",
        "models/reports", "models/reports/", "models/staging/sales/stg_sales__orders.sql", "models/*/sales",
        "seeds/geo/*.csv",
        "models/**/core", "models/**/fct_sales_*.sql", "models/marts/core/core.yml", "models/staging", "models/**",
        "./models/reports", "models/accounts", "snapshots/*", "**/geo", "dbt_packages/crm/models",
        "models/marts/core/*",
        "stg_sales__orders.sql", "*.py", "scores.PY", "fct_sales_*.sql", "countries.csv", "core.yml",
        # Methods.
        "fqn:dim_place", "fqn:shop.marts.core.*", "path:models/reports", "path:seeds",
        "path:models/marts/*/fct_*_orders.sql",
        "path:analyses", "file:countries.csv", "file:dim_place", "file:sources.yml", "file:fct_*_[ip]*",
        "tag:nightly", "tag:closing", "tag:n*", "tag:raw*", "tag:geo", "tag:kept", "tag:seen", "tag:late",
        "tag:Nightly",
        "package:crm", "package:this", "package:s*p", "package:cr?", "source:sales", "source:sales.orders",
        "source:crm.sales.leads", "source:*.orders", "source:s*.p*", "source:shop.*.p[el]*", "group:money",
        "group:t*",
        "access:private", "access:public", "access:protected", "resource_type:seed", "resource_type:model",
        "resource_type:source", "resource_type:snapshot", "version:latest", "version:old", "version:prerelease",
        "version:none",
        "config.materialized:ephemeral", "config.materialized:seed", "config.meta.owner:ada",
        "config.meta.deep.level:two",
        "config.meta.areas:b", "config.meta.pii:true", "config.meta.pii:False", "config.meta.rank:7",
        "config.tags:nightly",
        "config.schema:finance", "config.contract.enforced:true", "config.enabled:true",
        "config.persist_docs.relation:true",
        "config.nothing:here", "config.meta.owner:eve", "config.group:trade", "config.check_cols:all",
        "config.severity:WARN+",
        # Graph operators.
        "+dim_place", "dim_place+", "+dim_place+", "1+report_orders", "2+report_orders", "stg_sales__orders+1",
        "stg_sales__orders+2", "1+int_sales_orders+1", "@dim_place", "@report_orders", "@source:sales.plans",
        "@stg_crm__leads",
        "+tag:geo", "tag:geo+", "source:marketing.orders+", "+exposure:board", "1+exposure:board", "2+exposure:mail",
        "+metric:orders", "+metric:items_an_order", "1+semantic_model:sem_orders", "+saved_query:by_day",
        "1+unit_test:one_order",
        "1+test_name:relationships", "+test_type:singular", "1+test_name:not_null", "test_name:unique+",
        "@test_name:unique",
        "+resource_type:exposure", "1+resource_type:analysis", "1+resource_type:operation", "+audit.log",
        "0+dim_place",
        "+tag:seen", "1+tag:unit_tag", "tag:measured+", "1+tag:measured", "2+group:trade", "+version:prerelease",
        "regions+2",
        "1+models/reports/report_orders.sql", "+package:crm", "@models/accounts",
        "1+path:models/reports/semantics.yml",
        "config.materialized:view,dim_place+", "1+tag:checked", "@all_days", "+result:fail", "result:error",
        "result:success+1",
        # Unions and intersections.
        "tag:nightly,tag:closing", "tag:nightly tag:geo", "staging,source:sales+", "+report_orders,tag:closing,fct_*",
        "path:models/marts,config.materialized:table tag:geo,seed_less countries", "fct_finance_items,access:public",
        "+report_orders,+report_items", "package:this,marts,version:latest", "tag:crm,models/accounts regions",
        # States, against the base.
        "state:new", "state:old", "state:modified", "state:unmodified", "state:modified.body",
        "state:modified.configs",
        "state:modified.relation", "state:modified.persisted_descriptions", "state:modified.contract",
        "state:modified.macros",
        "state:modified+", "+state:modified", "state:modified+1", "state:new+", "1+state:modified.configs",
        "@state:new",
        "state:modified,resource_type:model", "state:modified,tag:daily", "state:unmodified,resource_type:source",
    ),
    # Exclusion.
    Question("staging", "tag:nightly"),
    Question("", "staging"),
    Question("", "+report_orders tag:geo"),
    Question("+report_orders", "staging source:*"),
    Question("marts", "path:models/marts/core,version:none fct_finance_*"),
    Question("@dim_place", "resource_type:source"),
    Question("state:modified+", "state:new"),
    Question("", "state:old"),
    Question("tag:closing", "no_such_thing"),
    Question("*", "dim_customer.v1 config.materialized:ephemeral 1+exposure:board"),
    # What is no table stands for the tables that it uses.
    Question("exposure:board", translated="1+exposure:board"),
    Question("exposure:shop.board", translated="1+exposure:board"),
    Question("exposure:b*", translated="1+exposure:board"),
    Question("metric:orders", translated="2+metric:orders"),
    Question("metric:items_an_order", translated="2+metric:orders 2+metric:items"),
    Question("exposure:mail", translated="1+exposure:mail 2+metric:orders"),
    Question("semantic_model:*", translated="1+semantic_model:sem_*"),
    Question("saved_query:by_day", translated="2+metric:orders"),
    Question("unit_test:one_order", translated="1+unit_test:one_order"),
    Question("test_name:relationships", translated="1+test_name:relationships"),
    Question("test_type:singular", translated="1+test_type:singular"),
    Question("test_type:generic", translated="1+test_type:generic"),
    Question("test_type:data", translated="1+test_type:data"),
    Question("test_type:unit", translated="1+test_type:unit"),
    Question("resource_type:test", translated="1+resource_type:test"),
    Question("resource_type:semantic_model", translated="1+resource_type:semantic_model"),
    Question("exposure:board,tag:daily", translated="1+exposure:board,tag:daily"),
    # The start of a unique_id is dbterd's; what it comes to in dbt.
    Question("model.crm.", translated="package:crm,resource_type:model"),
    Question("source.shop.sales.", translated="source:shop.sales.*"),
    Question("MODEL.SHOP.DIM_CUSTOMER+1", translated="dim_customer+1"),
    Question("@seed.shop.regions", translated="@regions"),
    # YAML selectors.
    *(
        Question(selector=name)
        for name in (
            "as_text", "text_with_steps", "short", "full", "with_children_parents", "joined", "narrowed", "lessened",
            "lessened_alone", "odd", "inherited", "inheriting_alone", "by_config", "exposed", "of_a_state",
        )
    ),
)  # fmt: skip

JAFFLE_SHOP = asked(
    "orders", "customers", "customers.v1", "customers_v2", "staging", "marts", "+orders", "orders+", "@stg_orders",
    "1+customers+1", "tag:*", "source:pos", "source:pos.orders+", "models/marts", "models/marts/_marts.yml", "*.csv",
    "stg_*", "resource_type:snapshot", "version:latest", "version:old", "config.materialized:table", "promotions+",
    "+exposure:*", "1+exposure:*", "+metric:*", "1+semantic_model:*", "1+unit_test:*", "1+test_name:relationships",
    "1+test_type:singular", "access:protected", "package:this", "state:new", "state:modified", "state:modified+",
    "state:modified.body", "state:modified.configs", "state:modified.contract",
    "state:modified.persisted_descriptions",
    "state:modified.relation", "state:modified.macros", "state:unmodified", "+state:modified", "state:old",
    "staging,+orders", "marts,state:modified", "config.contract.enforced:true",
)  # fmt: skip
