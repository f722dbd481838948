"""Writes a dbt project of some size in two states, production's and a pull request's, for dbt and us to select from.

About 150 models in folders and two packages, with everything that a selection method looks at. All of it is made up.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from tests.select.dbt import shop_yaml

Files: TypeAlias = Iterator[tuple[str, str]]

DOMAINS = ("sales", "finance", "marketing", "support")
ENTITIES = ("orders", "items", "refunds", "payments", "visits", "tickets", "budgets", "people", "places", "plans")
PACKAGE = "dbt_packages/crm"
SELECT_ALL, SELECT_ID = "select * from ", "select id from "


def write_shop(folder: Path, *, changed: bool) -> Path:
    """Write the project; with `changed`, as the pull request leaves it."""
    for path, text in _files(changed=changed):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    return folder


def _files(*, changed: bool) -> Files:
    for path, content in shop_yaml.documents(changed=changed).items():
        yield path, yaml.safe_dump(content, sort_keys=False)
    yield from _models(changed=changed)
    yield from _others(changed=changed)
    yield from _package()


def _models(*, changed: bool) -> Files:
    for number, domain in enumerate(DOMAINS):
        following = DOMAINS[(number + 1) % len(DOMAINS)]
        for place, entity in enumerate(ENTITIES):
            after = ENTITIES[(place + 1) % len(ENTITIES)]
            yield (
                f"models/staging/{domain}/stg_{domain}__{entity}.sql",
                f"{SELECT_ALL}{{{{ source('{domain}', '{entity}') }}}}\n",
            )
            yield (
                f"models/intermediate/{domain}/int_{domain}_{entity}.sql",
                _select(f"stg_{domain}__{entity}", f"stg_{domain}__{after}"),
            )
            yield (
                f"models/marts/{domain}/fct_{domain}_{entity}.sql",
                _select(f"int_{domain}_{entity}", *([f"stg_{following}__{entity}"] if place % 3 == 0 else [])),
            )
    for version in (1, 2, 3):
        yield f"models/marts/core/dim_customer_v{version}.sql", _select("stg_sales__people", "countries")
    yield "models/marts/core/dim_place.sql", _select("int_sales_places", "regions")
    yield "models/marts/core/dim_by_macro.sql", "select {{ outer_macro('id') }} from {{ ref('dim_place') }}\n"
    yield "models/marts/core/Stores_Map.sql", _select("dim_place", "accounts")
    yield "models/marts/core/connected.sql", _select("dim_customer", "dim_place")
    yield "models/marts/core/audit.log.sql", _select("connected")
    yield "models/marts/core/contracted.sql", "select 1 as id, 'x' as name" + (", 2 as more" if changed else "") + "\n"
    yield "models/marts/core/pinned.sql", "select * from {{ ref('dim_customer', v=1) }}\n"
    yield "models/marts/core/all_days.sql", "select cast('2025-01-01' as date) as day\n"
    yield "models/marts/core/scores.py", "def model(dbt, session):\n    return dbt.ref('dim_place')\n"
    yield "models/marts/core/body.sql", f"select {2 if changed else 1} as id\n"
    yield "models/marts/core/configured.sql", _configured(f"materialized='{'table' if changed else 'view'}'")
    yield "models/marts/core/aliased.sql", _configured("alias='other'" if changed else "")
    yield "models/marts/core/tagged.sql", _configured("tags=['late']" if changed else "tags=['early']")
    yield "models/marts/core/hooked.sql", _configured(f"post_hook='select {3 if changed else 4}'")
    yield f"models/marts/{'moved' if changed else 'core'}/moving.sql", "select 1 as id\n"
    yield "models/marts/finance/locked_ledger.sql", _select("fct_finance_items")
    yield from ((f"models/reports/report_{entity}.sql", _report(entity)) for entity in ENTITIES)
    yield "models/reports/switched_off.sql", "{{ config(enabled=false) }} select 1 as id\n"
    if changed:
        yield "models/reports/report_new.sql", _select("report_orders")
    else:
        yield "models/reports/report_old.sql", _select("report_orders")


def _others(*, changed: bool) -> Files:
    yield "seeds/geo/countries.csv", f"code,name\nAT,Austria\n{'CH,Switzerland' if changed else 'DE,Germany'}\n"
    yield "seeds/geo/regions.csv", "code,name\nN,North\n"
    yield "seeds/limits.csv", "id,most\n1,2\n"
    yield "analyses/looked_at_once.sql", _select("report_orders", "regions")
    yield "tests/report_adds_up.sql", _select("report_orders", "report_items")
    yield "macros/inner.sql", f"{{% macro inner_macro(x) %}}{{{{ x }}}} + {2 if changed else 1}{{% endmacro %}}\n"
    yield "macros/outer.sql", "{% macro outer_macro(x) %}{{ inner_macro(x) }}{% endmacro %}\n"
    yield "macros/calm.sql", "{% macro calm_macro(x) %}{{ x }}{% endmacro %}\n"
    yield (
        "snapshots/old_style.sql",
        "{% snapshot old_style %}{{ config(unique_key='id', strategy='check', check_cols='all') }}\n"
        + _select("dim_place")
        + "{% endsnapshot %}\n",
    )


def _package() -> Files:
    project: Mapping[str, Any] = {
        "name": "crm",
        "version": "1.0",
        "config-version": 2,
        "models": {"crm": {"+tags": ["crm"], "staging": {"+materialized": "view"}}},
    }
    yield f"{PACKAGE}/dbt_project.yml", yaml.safe_dump(project)
    sources = {"version": 2, "sources": [{"name": "sales", "schema": "crm", "tables": [{"name": "leads"}]}]}
    yield f"{PACKAGE}/models/staging/sources.yml", yaml.safe_dump(sources)
    yield f"{PACKAGE}/models/staging/stg_crm__leads.sql", "select * from {{ source('sales', 'leads') }}\n"
    yield f"{PACKAGE}/models/accounts/accounts.sql", _select("stg_crm__leads")
    yield f"{PACKAGE}/models/accounts/contacts.sql", _select("accounts")
    yield f"{PACKAGE}/models/marts/core/crm_core.sql", _select("contacts")


def _select(*names: str) -> str:
    lines = [f"{SELECT_ID}{{{{ ref('{name}') }}}}" for name in names]
    return "\nunion all\n".join(lines) + "\n"


def _configured(config: str) -> str:
    return (f"{{{{ config({config}) }}}}\n" if config else "") + "select 1 as id\n"


def _report(entity: str) -> str:
    return _select(*(f"fct_{domain}_{entity}" for domain in DOMAINS))
