"""Tests: one folder for each room of `erd/`, and one file here for each module that stands alone."""
