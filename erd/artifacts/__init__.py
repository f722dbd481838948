"""Reads dbt's artifact files, every schema version of them, and of each only the fields that are used."""
