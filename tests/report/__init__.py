"""Tests of `erd.report`."""
