"""Tests of `erd.ci`."""
