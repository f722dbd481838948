"""Talks to dbt Cloud: which run, and its artifacts on disk."""
