"""`python -m erd` is `dbt-cloud-erd`."""

from erd.cli import main

main()
