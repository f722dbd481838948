{#
  Foreign keys are documented, not enforced, as on most warehouses: DuckDB has no foreign key that crosses schemas,
  and in a pull request's run the parent may be the deferred table of production.
#}
{% macro table_columns_and_constraints() %}
    {%- set columns = {} -%}
    {%- for name, column in model['columns'].items() -%}
        {%- set kept = column['constraints'] | rejectattr('type', 'equalto', 'foreign_key') | list -%}
        {%- do columns.update({name: dict(column, constraints=kept)}) -%}
    {%- endfor -%}
    {%- set constraints = model['constraints'] | rejectattr('type', 'equalto', 'foreign_key') | list -%}
    {%- set lines = adapter.render_raw_columns_constraints(raw_columns=columns)
        + adapter.render_raw_model_constraints(raw_constraints=constraints) -%}
    (
        {{ lines | join(',\n        ') }}
    )
{% endmacro %}
