"""What the story can end with, word by word: the sentences of errors, and what is drawn where there is none.

In sentences, {host}, {path} and {subject} are of the request that went wrong; {other} is the host that one was sent to.
"""

from typing import NamedTuple

from .fault_account import BASE_RUN, HEAD_RUN


class Failed(NamedTuple):
    """An error: what happened, and what to do."""

    happened: str
    todo: str
    exit_code: int = 1

    def __str__(self) -> str:
        return f"{self.happened} {self.todo}"


class Drawn(NamedTuple):
    """No error: how that came, in words for users, and what is there.

    `warning` is a part of the only warning, if there is one. `results` are those of the tests, those of the docs step,
    none, or some that cannot be read.
    """

    words: str
    warning: str = ""
    catalog: bool = True
    results: str = "tests"


Outcome = Failed | Drawn

RECOVERED = Drawn("as if nothing had been")
ANOTHER_BASE = Drawn(
    "the run that production ran last is compared with, and a warning says so",
    f"Run {HEAD_RUN} deferred to run {BASE_RUN}, which cannot be read:",
)
LAST_STEP = Drawn(
    "the files of the run's last step are read, and a warning says so: results of tests may be missing",
    "Artifacts are those of the run's last step.",
    results="docs",
)
NO_CATALOG = Drawn(
    "the columns are those that YAML declares, and a warning says so",
    f"Run {HEAD_RUN} has no catalog.json:",
    catalog=False,
)
OTHER_RESULTS = Drawn("results are those of the run's last step: those of tests may be missing", results="docs")
NO_RESULTS = Drawn("how the tests ended is not known", results="none")
UNREADABLE_RESULTS = Drawn(
    "how the tests ended is not known, and a warning says why",
    f"run_results.json of run {HEAD_RUN} is",
    results="unreadable",
)

TRY_LATER = "Run it again; if it goes on, look at dbt's status page and at the network in between."
COPY_THE_HOST = (
    "Copy the Access URL from dbt Cloud's account settings into dbt-cloud-host-url: each account lives on one host."
)
IN_BETWEEN = f"A login page, a proxy or a firewall may stand in between. {COPY_THE_HOST}"
CHECK_THE_IDS = (
    "Check dbt-cloud-account-id and the id (the numbers in the address of the page), dbt-cloud-host-url, and that the"
    ' token has "Runs: Read" on the project (the permission set Job Viewer suffices).'
)
GIVE_THE_RIGHT = 'Give the token "Runs: Read" on the project: the set Job Viewer suffices, Metadata Only does not.'
REPORT = "Check dbt-cloud-host-url and dbt-cloud-api-version; if both are right, please report this."
LATER = "Run it again later, or raise dbt-cloud-timeout-minutes; if it goes on, look at dbt's status page."
FETCH_AGAIN = "Fetch the file again; if it stays so, run the dbt job again."
PAGE = f"http://{{host}}/deploy/1/projects/2/runs/{HEAD_RUN}/"
GIVE_ANOTHER = (
    "give dbt-cloud-run-id the id of a run that succeeded, or leave it out and give dbt-cloud-job-id, which takes the"
    " job's latest successful run."
)

REFUSES_CONNECTIONS = Failed("{host} refuses connections.", "Check dbt-cloud-host-url, and the network in between.")
TOOK_NO_CONNECTION = Failed(
    "{host} took no connection within 0.1 s, in 5 tries.",
    "Check dbt-cloud-host-url, and that a firewall lets this machine reach it.",
)
CUT_BEFORE = Failed("{host} cut the connection before it answered, in 5 tries (GET {path}).", TRY_LATER)
NO_ANSWER = Failed("{host} gave no answer within 0.1 s, in 5 tries (GET {path}).", TRY_LATER)
STALLED = Failed("The answer with {subject} stalled for 0.1 s (GET {path}).", TRY_LATER)
CUT_OFF = Failed("The answer with {subject} was cut off (GET {path}).", TRY_LATER)
NOT_WHOLE = Failed("The answer with {subject} is not whole JSON (GET {path}).", TRY_LATER)
EMPTY = Failed("The answer with {subject} is empty (GET {path}).", TRY_LATER)
ENCODED = Failed("The answer with {subject} is encoded as 'br', which was not asked for (GET {path}).", TRY_LATER)
OUT_OF_TIME = Failed(
    "The time was over before dbt Cloud had answered for {subject} (GET {path}):"
    " all requests together may take 1.5 seconds.",
    LATER,
)
OUT_OF_TIME_503 = Failed(
    "The time was over before dbt Cloud had answered for {subject} (GET {path} → 503):"
    " all requests together may take 15 minutes.",
    LATER,
)
NOT_HTTP = Failed("{host} answered GET {path} with something that is not HTTP, in 5 tries.", IN_BETWEEN)
TOO_MANY_HEADERS = Failed("{host} answered GET {path} with more headers than are read, in 5 tries.", IN_BETWEEN)
TOO_LARGE = Failed(
    "The file {subject} is larger than 5 MB (GET {path}).", "Raise dbt-cloud-max-file-mb if the disk has room for it."
)
IN_CIRCLES = Failed("{host} redirects GET {path} in circles.", COPY_THE_HOST)
NOT_ENCRYPTED = Failed(
    "{host} redirects GET {path} to an address that is not encrypted; it was not followed.", COPY_THE_HOST
)
NO_ADDRESS = Failed("{host} redirects GET {path} to what is no address.", COPY_THE_HOST)
NOWHERE = Failed(
    "{host} redirects the request for {subject} without saying where to (GET {path} → 302).", COPY_THE_HOST
)
REJECTED = Failed(
    "{host} rejected the token (GET {path} → 401: Invalid token).",
    "Give dbt-cloud-service-token a service or personal access token of an account on this host, not expired.",
)
ADDRESS_REFUSED = Failed(
    "The dbt Cloud account 1 restricts IP addresses and refused this machine's"
    " (GET {path} → 403: Forbidden: Access denied).",
    "Add the runner's address to the account's IP allowlist, or use a runner with a fixed address that is on it.",
)
PAGE_403 = Failed("{host} refused {subject} with a web page (GET {path} → 403).", IN_BETWEEN)
NO_API = Failed("There is no dbt Cloud API at {host} (GET {path} → 404).", COPY_THE_HOST)
NOT_FOUND = Failed(
    "dbt Cloud does not find {subject} in account 1, or the token may not read it"
    " (GET {path} → 404: The requested resource was not found or you do not have access to it).",
    CHECK_THE_IDS,
)
TOO_MANY = Failed(
    "dbt Cloud takes no more requests of this account for now (GET {path} → 429: Too many requests).",
    "Wait five minutes and run it again, or raise dbt-cloud-timeout-minutes to have them waited for here.",
)
NOT_GIVEN = Failed(
    f"dbt Cloud lists manifest.json among the artifacts of run {HEAD_RUN}, but does not give it.",
    "Run it again; if it stays so, give the step that wrote it as dbt-cloud-step.",
)
NOTHING_TO_COMPARE = Failed(
    "A state: rule compares with another manifest, and there is none.",
    "Set base-artifacts-dir to a folder with the manifest.json to compare with, such as production's, or"
    " dbt-cloud-base-run-id to a run.",
    exit_code=2,
)
NO_RUN = Failed(
    "No run of dbt Cloud for commit 4f0c2d9 of pull request 17 appeared within 1 minute in the account.",
    "Check that the project has a CI job that runs on pull requests, that dbt-cloud-job-id, if given, is that job or"
    " one of its project, and that the commit was not skipped; for forks dbt Cloud runs nothing.",
)
FAILED = Failed(
    f"Run {HEAD_RUN} failed: Database Error in model orders.",
    f"Look at {PAGE}, mend it and run it again, set allow-failed-run, or {GIVE_ANOTHER}",
)
CANCELLED = Failed(
    f"Run {HEAD_RUN} was cancelled: Cancelled by a newer commit.", f"Run it again ({PAGE}), or {GIVE_ANOTHER}"
)
UNKNOWN_STATUS = Failed(
    f"Run {HEAD_RUN} has the status 99, which dbt Cloud does not document.", f"Look at {PAGE}, or {GIVE_ANOTHER}"
)


def still(state: str) -> Failed:
    """The run is not finished in time."""
    return Failed(
        f"Run {HEAD_RUN} is still {state} after 1 minute.",
        f"Look at {PAGE}; if it is well, raise dbt-cloud-wait-minutes.",
    )


def trouble(said: str) -> Failed:
    """The server has trouble; `said` are the status and its message."""
    return Failed(f"dbt Cloud failed to answer for {{subject}}, 5 times (GET {{path}} → {said}).", TRY_LATER)


def refused(said: str) -> Failed:
    """A refusal that has no better words."""
    return Failed(f"dbt Cloud refused the request for {{subject}} (GET {{path}} → {said}).", CHECK_THE_IDS)


def not_understood(said: str) -> Failed:
    """The request is wrong, dbt Cloud says."""
    return Failed(f"dbt Cloud does not understand the request for {{subject}} (GET {{path}} → {said}).", CHECK_THE_IDS)


def not_permitted(said: str) -> Failed:
    """A right is missing."""
    return Failed(f"The token may not read {{subject}} in account 1 (GET {{path}} → {said}).", GIVE_THE_RIGHT)


def refused_elsewhere(status: int) -> Failed:
    """Another host refuses."""
    return Failed(
        f"{{host}} sent the request on to {{other}}, which refused it (GET {{path}} → {status}).",
        f"The token is not sent to another host. {COPY_THE_HOST}",
    )


def not_json(kind: str) -> Failed:
    """A page, or anything else."""
    return Failed(f"{{host}} answered GET {{path}} with something that is not JSON ({kind}).", IN_BETWEEN)


def not_documented(how: str) -> Failed:
    """JSON of another shape."""
    return Failed(f"dbt Cloud's answer with {{subject}} is not as documented (GET {{path}}: {how}).", REPORT)


def unreadable(how: str) -> Failed:
    """An artifact that arrived whole and is none."""
    return Failed(f"{{subject}} is {how}.", FETCH_AGAIN)


def misshapen(kind: str, how: str) -> Failed:
    """The same, if it is JSON."""
    return unreadable(f"JSON, but not as dbt writes a {kind}: {how}")
