"""dbt itself as the judge of what a rule selects."""
