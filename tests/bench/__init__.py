"""The bench: this project, dbterd and a bare decode on the same generated dbt projects (`make bench`)."""
