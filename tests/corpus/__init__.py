"""The whole job on real artifacts of public projects, which lie outside this repository (see CONTRIBUTING.md)."""
