"""Compares two ERDs: what changed, what is not known, what is risky."""
