"""Which API of dbt Cloud was asked for what: all that the sentences of errors are made of."""

from typing import NamedTuple

from erd.checks import Secret

COPY_THE_HOST = (
    "Copy the Access URL from dbt Cloud's account settings into dbt-cloud-host-url: each account lives on one host."
)


class Api(NamedTuple):
    """One of dbt Cloud's APIs: its name, how it is asked, and what to do about what it refuses.

    Requests by `method` change nothing; `scheme` announces the token. The rest are sentences.
    """

    name: str
    method: str
    scheme: str
    copy_the_host: str
    check_the_ids: str
    give_the_right: str
    if_not_documented: str


ADMINISTRATIVE = Api(
    name="dbt Cloud API",
    method="GET",
    scheme="Token",
    copy_the_host=COPY_THE_HOST,
    check_the_ids=(
        "Check dbt-cloud-account-id and the id (the numbers in the address of the page), dbt-cloud-host-url,"
        ' and that the token has "Runs: Read" on the project (the permission set Job Viewer suffices).'
    ),
    give_the_right=('Give the token "Runs: Read" on the project: the set Job Viewer suffices, Metadata Only does not.'),
    if_not_documented="Check dbt-cloud-host-url and dbt-cloud-api-version; if both are right, please report this.",
)
DISCOVERY = Api(
    name="Discovery API",
    method="POST",
    scheme="Bearer",
    copy_the_host=f"{COPY_THE_HOST} A host with `metadata` in its name is taken as it is.",
    check_the_ids=(
        "Check dbt-cloud-environment-id (the number behind /environments/ in the address of its page),"
        " dbt-cloud-host-url, and that the token may read the project (the permission set Metadata Only suffices)."
    ),
    give_the_right="Give the token the permission set Metadata Only on the project.",
    if_not_documented="If dbt-cloud-query-file-path is given, leave it out; if not, please report this.",
)


class Asked(NamedTuple):
    """What was asked of whom, for the sentences below. `account_id` is None where the token alone says it."""

    host: str
    method: str
    path: str
    account_id: int | None
    subject: str
    tries: int
    connect_seconds: float
    read_seconds: float
    budget_seconds: float
    token: Secret
    api: Api

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def placed(self) -> str:
        """The subject with its account, where that was part of the question."""
        return self.subject if self.account_id is None else f"{self.subject} in account {self.account_id}"
