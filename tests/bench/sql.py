"""Writes the SQL of a generated project: of its models, as written and as compiled, of its tests and its macros."""

from tests.bench.plan import DATABASE, Plan, PlannedModel


def raw(plan: Plan, model: PlannedModel) -> str:
    """A model's SQL as its author wrote it, with Jinja."""
    inputs = {plan.models[number].name: f"{{{{ ref('{plan.models[number].name}') }}}}" for number in model.upstream}
    return _model(
        model,
        inputs or {model.source: f"{{{{ source('raw', '{model.source}') }}}}"},
        "{% if is_incremental() %}\n    where loaded_at > (select max(loaded_at) from {{ this }})\n    {% endif %}",
    )


def compiled(plan: Plan, model: PlannedModel) -> str:
    """A model's SQL as dbt compiled it."""
    upstream = [plan.models[number] for number in model.upstream]
    inputs = {parent.name: parent.relation for parent in upstream}
    return _model(model, inputs or {model.source: f"{DATABASE}.raw.{model.source}"}, "")


def unique_test(model: PlannedModel) -> str:
    """The query of a `unique` test: keys that stand more than once."""
    return (
        f"\n    \n    \n\nselect\n    {model.key} as unique_field,\n    count(*) as n_records\n\n"
        f"from {model.relation}\nwhere {model.key} is not null\n"
        f"group by {model.key}\nhaving count(*) > 1\n\n\n"
    )


def not_null_test(model: PlannedModel) -> str:
    """The query of a `not_null` test: rows without a key."""
    return f"\n    \n    \n\n\n\nselect {model.key}\nfrom {model.relation}\nwhere {model.key} is null\n\n\n"


def relationships_test(child: PlannedModel, column: str, parent: PlannedModel) -> str:
    """The query of a `relationships` test: children without a parent."""
    from_fields = (
        f"select {column} as from_field\n"  # noqa: S608 - text for a file; no database sees it
        f"    from {child.relation}\n    where {column} is not null"
    )
    to_fields = (
        f"select {parent.key} as to_field\n"  # noqa: S608 - text for a file; no database sees it
        f"    from {parent.relation}"
    )
    return (
        f"\n    \n    \n\nwith child as (\n    {from_fields}\n),\n\nparent as (\n    {to_fields}\n)\n\n"
        "select\n    from_field\n\nfrom child\nleft join parent\n    on child.from_field = parent.to_field\n\n"
        "where parent.to_field is null\n\n\n"
    )


def macro(name: str, lines: int) -> str:
    """A macro of so many lines."""
    body = "\n".join(
        f"    {{%- set part_{number} = adapter.quote(relation.identifier ~ '_{number}') -%}}" for number in range(lines)
    )
    return f"{{% macro {name}(relation, column_name=none) -%}}\n{body}\n    {{{{ return(part_0) }}}}\n{{%- endmacro %}}"


def _model(model: PlannedModel, inputs: dict[str, str], only_new: str) -> str:
    imports = "\n\n".join(
        f"{name} as (\n\n    select * from {place}\n\n),"  # noqa: S608 - text for a file; no database sees it
        for name, place in inputs.items()
    )
    driving, *others = inputs
    joins = "\n    ".join(f"left join {other} using (batch_number)" for other in others)
    columns = ",\n        ".join(column.name for column in model.columns)
    return (
        f"with\n\n{imports}\n\njoined as (\n\n"
        f"    select\n        {columns}\n\n    from {driving} as base\n    {joins}\n    {only_new}\n\n)\n\n"
        "select * from joined\n"
        f"qualify row_number() over (partition by {model.key} order by updated_at desc, loaded_at desc) = 1"
    )
