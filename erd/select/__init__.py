"""Chooses which tables are drawn."""
