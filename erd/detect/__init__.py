"""Finds the ERD in dbt's artifacts: tables with their columns and keys, and the relationships between them."""
