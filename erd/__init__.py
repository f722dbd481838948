"""dbt-cloud-erd: the entity-relationship diagram of a dbt Cloud run, put where a team looks."""

__version__ = "1.0.0"
