"""A dbt Cloud account on loopback, with the artifacts of two real runs."""
