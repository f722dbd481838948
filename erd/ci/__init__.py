"""Reads what a CI service says of the pull request it runs for: GitHub, GitLab, Azure Pipelines, Bitbucket."""
