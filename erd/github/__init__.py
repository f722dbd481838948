"""Talks to GitHub: workflow commands in the log, and the files that a runner reads. Knows nothing of ERDs."""
