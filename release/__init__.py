"""Makes a release out of a tag: what `.github/workflows/release.yml` decides and does, apart from the image itself.

The standard library alone: a job that may write installs nothing.
"""
