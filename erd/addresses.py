"""Runs and jobs that are given as addresses of pages in dbt Cloud: what they say besides, and who may name a host."""

from erd.checks import Reference
from erd.given import TOKEN, Door, Gathered, Level
from erd.sources import DEFAULT_HOST

ADDRESSES = ("dbt-cloud-run-id", "dbt-cloud-job-id", "dbt-cloud-base-run-id", "dbt-cloud-base-job-id")
"""The options that can be addresses of pages in dbt Cloud; the first that is one says account and host."""


def refuse_hosts_of_a_file(gathered: Gathered) -> None:
    """In CI the configuration file is part of a pull request, which must not say where the secret token goes.

    At a terminal the file is the reader's own, and says it as it does for dbterd.
    """
    given = gathered.given
    token = given.get(TOKEN)
    if gathered.door is Door.COMMAND or token is None or token.level is Level.FILE:
        return
    for name in ("dbt-cloud-host-url", *ADDRESSES):
        value = gathered.values.get(name.replace("-", "_"))
        host = value.base_url if isinstance(value, Reference) else value
        if host and host != DEFAULT_HOST and given[name].level is Level.FILE:
            gathered.add_problem(
                f"{given[name]} names a host, but a file of the repository must not say where the token goes.",
                f"Set {name} where {token} is set.",
                name,
            )


def take_addresses(gathered: Gathered) -> None:
    """Take account and host out of a run's or job's address; what was given besides must agree."""
    for name in ADDRESSES:
        reference = gathered.values.get(name.replace("-", "_"))
        overruled = name == "dbt-cloud-job-id" and "dbt_cloud_run_id" in gathered.values
        if reference and reference.base_url and not overruled:
            _take_address(gathered, name, reference)


def _take_address(gathered: Gathered, name: str, reference: Reference) -> None:
    for other, kind, address_has in (
        ("dbt-cloud-account-id", "account", reference.account_id),
        ("dbt-cloud-host-url", "host", reference.base_url),
    ):
        value = gathered.values.setdefault(other.replace("-", "_"), address_has)
        if value != address_has:
            gathered.add_problem(
                f"{gathered.given[name]} is an address of {kind} {address_has},"
                f" but {gathered.given.get(other) or 'the other address'} says {value}.",
                f"Leave {other} out, or make the two agree.",
                name,
            )
