"""Tests of `erd.demo`."""
