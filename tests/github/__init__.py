"""Tests of `erd.github`."""
