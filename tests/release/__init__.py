"""Tests of what makes a release, and a rehearsal of the workflow that does."""
