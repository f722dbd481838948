"""The YAML of the project that dbt and we select from."""

from typing import Any

Json = dict[str, Any]


def documents(*, changed: bool) -> dict[str, Json]:
    """All YAML files by path; with `changed`, as the pull request leaves them."""
    return {
        "dbt_project.yml": _project(),
        "profiles.yml": {"shop": {"target": "dev", "outputs": {"dev": {"type": "duckdb", "path": "shop.duckdb"}}}},
        "selectors.yml": {"selectors": selectors()},
        "models/staging/sources.yml": _sources(changed=changed),
        "models/marts/core/core.yml": _core(changed=changed),
        "models/marts/finance/finance.yml": _finance(changed=changed),
        "models/reports/reports.yml": _reports(changed=changed),
        "models/reports/semantics.yml": _semantics(changed=changed),
        "seeds/seeds.yml": {
            "version": 2,
            "seeds": [{"name": "regions", "config": {"tags": ["geo"], "meta": {"pii": False}}}],
        },
        "snapshots/snapshots.yml": _snapshots(),
    }


def _project() -> Json:
    return {
        "name": "shop",
        "version": "1.0",
        "config-version": 2,
        "profile": "shop",
        "flags": {"send_anonymous_usage_stats": False},
        "on-run-end": ["select count(*) from {{ ref('dim_place') }}"],
        "models": {
            "shop": {
                "staging": {"+materialized": "view", "+tags": ["staging", "nightly"]},
                "intermediate": {"+materialized": "ephemeral", "finance": {"+tags": "closing"}},
                "marts": {
                    "+materialized": "table",
                    "+persist_docs": {"relation": True, "columns": True},
                    "finance": {"+tags": ["closing", "nightly"], "+group": "money", "+schema": "finance"},
                    "sales": {
                        "+group": "trade",
                        "+meta": {"owner": "ada", "deep": {"level": "two"}, "areas": ["a", "b"]},
                    },
                },
                "reports": {"+tags": "daily", "+meta": {"pii": True, "rank": 7}},
            }
        },
        "seeds": {"shop": {"geo": {"+tags": "geo"}}},
    }


def _sources(*, changed: bool) -> Json:
    entities = ("orders", "items", "refunds", "payments", "visits", "tickets", "budgets", "people", "places", "plans")
    sources: list[Json] = [
        {"name": name, "schema": f"raw_{name}", "tables": [{"name": entity} for entity in entities]}
        for name in ("sales", "finance", "marketing", "support")
    ]
    sources[0]["tables"][0]["identifier"] = "orders_2" if changed else "orders_1"
    sources[0]["tables"][1]["config"] = {"tags": ["raw_items"], "meta": {"owner": "eve"}}
    sources[1]["config"] = {"tags": ["raw"]}
    sources[1]["tables"][2]["config"] = {
        "freshness": {"warn_after": {"count": 2 if changed else 1, "period": "day"}},
        "loaded_at_field": "loaded_at",
    }
    sources[2]["tables"][3]["description"] = "later" if changed else "earlier"
    sources[2]["tables"][0]["columns"] = [{"name": "id", "data_tests": ["unique", "not_null"]}]
    if changed:
        sources[3]["tables"].append({"name": "news"})
    return {"version": 2, "sources": sources}


def _core(*, changed: bool) -> Json:
    place_tests = [
        "unique",
        {"not_null": {"config": {"severity": "warn", "tags": ["checked"]}}},
        {"relationships": {"arguments": {"to": "ref('regions')", "field": "code"}}},
    ]
    contract = [{"name": "id", "data_type": "integer"}, {"name": "name", "data_type": "varchar"}]
    return {
        "version": 2,
        "groups": [{"name": "money", "owner": {"name": "m"}}, {"name": "trade", "owner": {"name": "t"}}],
        "models": [
            {"name": "dim_customer", "latest_version": 2, "versions": [{"v": 1}, {"v": 2}, {"v": 3}],
             "columns": [{"name": "id", "data_tests": ["unique"]}]},
            {"name": "dim_place", "description": "where" if changed else "places",
             "columns": [{"name": "id", "data_tests": place_tests}]},
            {"name": "contracted", "config": {"contract": {"enforced": True}},
             "columns": contract + ([{"name": "more", "data_type": "integer"}] if changed else [])},
            {"name": "all_days", "time_spine": {"standard_granularity_column": "day"},
             "columns": [{"name": "day", "granularity": "day"}]},
            {"name": "pinned", "config": {"access": "public" if changed else "protected"}},
            {"name": "connected", "columns": [{"name": "id", "description": "new" if changed else "old"}]},
        ],
    }  # fmt: skip


def _finance(*, changed: bool) -> Json:
    return {
        "version": 2,
        "models": [
            {"name": "locked_ledger", "config": {"access": "private"}},
            {"name": "fct_finance_items", "config": {"access": "public"}},
            {"name": "fct_finance_plans", "config": {"group": "trade" if changed else "money"}},
            {"name": "fct_finance_people", "config": {"meta": {"owner": "bob" if changed else "ada"}}},
        ],
    }


def _reports(*, changed: bool) -> Json:
    test = {"not_null": {"name": "report_id_is_there", "config": {"severity": "warn" if changed else "error"}}}
    given = [
        {"input": f"ref('fct_{name}_orders')", "rows": [{"id": 1}]}
        for name in ("sales", "finance", "marketing", "support")
    ]
    return {
        "version": 2,
        "models": [
            {"name": "report_orders", "columns": [{"name": "id", "data_tests": [test, "unique"]}]},
            {"name": "report_items", "columns": [{"name": "id", "data_tests": [
                {"relationships": {"arguments": {"to": "ref('fct_sales_items')", "field": "id"}}}]}]},
        ],
        "unit_tests": [
            {"name": "one_order", "model": "report_orders", "given": given, "config": {"tags": "unit_tag"},
             "expect": {"rows": [{"id": 2 if changed else 1}]}},
        ],
        "exposures": [
            {"name": "board", "type": "dashboard", "owner": {"email": "a@example.com"}, "config": {"tags": ["seen"]},
             "description": "changed" if changed else "same",
             "depends_on": ["ref('report_orders')", "source('sales', 'plans')", "ref('countries')"]},
            {"name": "mail", "type": "application", "owner": {"email": "b@example.com"},
             "depends_on": ["ref('report_items')", "metric('orders')"]},
        ],
    }  # fmt: skip


def _semantics(*, changed: bool) -> Json:
    def simple(name: str, measure: str, **more: Any) -> Json:
        return {"name": name, "label": name, "type": "simple", "type_params": {"measure": measure}, **more}

    def model(name: str, measure: str) -> Json:
        return {
            "name": f"sem_{name}", "model": f"ref('report_{name}')", "defaults": {"agg_time_dimension": "counted_on"},
            "entities": [{"name": name, "type": "primary", "expr": "id"}],
            "dimensions": [{"name": "counted_on", "type": "time", "type_params": {"time_granularity": "day"}}],
            "measures": [{"name": measure, "agg": "count", "expr": "id"}],
        }  # fmt: skip

    both = {"numerator": "orders", "denominator": "items"}
    return {
        "version": 2,
        "semantic_models": [model("orders", "order_count"), model("items", "item_total" if changed else "item_count")],
        "metrics": [
            simple("orders", "order_count", config={"group": "trade", "tags": ["measured"]}),
            {**simple("items", "item_total" if changed else "item_count"), "label": "Items!" if changed else "Items"},
            {"name": "items_an_order", "label": "ratio", "type": "ratio", "type_params": both},
        ],
        "saved_queries": [
            {"name": "by_day", "query_params": {
                "metrics": ["orders"], "group_by": ["TimeDimension('orders__counted_on', 'day')"],
                "where": ["1 = 1"] if changed else ["1 = 2"]}},
        ],
    }  # fmt: skip


def _snapshots() -> Json:
    config = {"unique_key": "id", "strategy": "check", "check_cols": "all", "tags": ["kept"]}
    return {"version": 2, "snapshots": [{"name": "kept_places", "relation": "ref('dim_place')", "config": config}]}


def selectors() -> list[Json]:
    """The YAML selectors, in every form that they are written in."""
    without = ["int_finance_orders+1", {"tag": "nightly"}]
    tables = {"union": [{"config.materialized": "table"}, {"tag": "x"}]}
    odd = {"method": "tag", "value": "daily", "exclude": ["int_finance_orders+1"]}
    full = {"method": "fqn", "value": "dim_place", "children": True, "children_depth": 1, "parents": True}
    definitions: Json = {
        "as_text": "tag:closing",
        "text_with_steps": "1+dim_place+1",
        "short": {"tag": "geo"},
        "full": {**full, "indirect_selection": "cautious"},
        "with_children_parents": {"method": "source", "value": "sales.plans", "childrens_parents": True},
        "joined": {"union": ["tag:geo", {"path": "models/reports"}, {"method": "access", "value": "public"}]},
        "narrowed": {"intersection": [{"tag": "nightly"}, "fqn:*finance*", tables]},
        "lessened": {
            "union": [
                {"method": "tag", "value": "closing"},
                "int_finance_orders+1",
                {"exclude": [{"tag": "nightly"}, "fct_finance_items"]},
            ]
        },
        "lessened_alone": {"method": "tag", "value": "closing", "exclude": without},
        "odd": {"union": [{"tag": "geo"}, {"tag": "closing"}, odd]},
        "inherited": {
            "union": [
                {"method": "selector", "value": "short"},
                {"method": "selector", "value": "lessened"},
                {"exclude": [{"method": "selector", "value": "short"}]},
            ]
        },
        "inheriting_alone": {"method": "selector", "value": "joined"},
        "by_config": {"method": "config.meta.pii", "value": True},
        "exposed": {"union": [{"method": "exposure", "value": "board", "parents": True}, {"exposure": "mail"}]},
        "of_a_state": {"method": "state", "value": "modified", "children": True},
    }
    return [{"name": name, "definition": definition} for name, definition in definitions.items()]
