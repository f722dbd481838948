"""Tests of erd.diff."""
