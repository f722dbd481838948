"""What a job knows of why it runs and where: the event, the repository, the server, and its token and secrets.

The names are those of GitHub's contexts reference and of actions/runner 2.336 (GitHubContext).
"""

from typing import Any

import msgspec

from tests.tokens import GITHUB

NOWHERE = "http://127.0.0.1:9"
_COMMIT = "0123456789abcdef0123456789abcdef01234567"
# Of the `github` context, what is a variable for steps too; files and folders are added by the runner.
VARIABLES = (
    "actor", "actor_id", "api_url", "base_ref", "event_name", "graphql_url", "head_ref", "job", "ref", "ref_name",
    "ref_protected", "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id",
    "retention_days", "run_attempt", "run_id", "run_number", "server_url", "sha", "triggering_actor", "workflow",
    "workflow_ref", "workflow_sha",
)  # fmt: skip


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and which ref and commit GitHub makes of it; `changed` are the paths that path filters look at."""

    name: str
    payload: dict[str, Any]
    ref: str = "refs/heads/main"
    sha: str = _COMMIT
    head_ref: str = ""
    base_ref: str = ""
    changed: tuple[str, ...] = ()

    @property
    def gets_no_secrets(self) -> bool:
        """Whether it is a pull request of a fork: its workflows get no secrets, and a token that cannot write."""
        if self.name != "pull_request":
            return False
        head = self.payload["pull_request"]["head"]["repo"]
        return head is None or head["full_name"] != self.payload["repository"]["full_name"]


NIGHTLY = Event(
    name="schedule",
    payload={"repository": {"full_name": "shop/shop", "default_branch": "main"}, "schedule": "0 5 * * *"},
)


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """A job's; secrets and variables are by their names."""

    event: Event = NIGHTLY
    repository: str = "shop/shop"
    server_url: str = NOWHERE
    token: str = GITHUB
    secrets: dict[str, str] = {}
    variables: dict[str, str] = {}
    workflow: str = "ERD"
    job: str = "erd"
    run_id: int = 123456789

    @property
    def contexts(self) -> dict[str, Any]:
        """`github`, `secrets` and `vars`, as expressions have them."""
        secrets = {} if self.event.gets_no_secrets else self.secrets
        return {
            "github": self._github(),
            "secrets": secrets | {"GITHUB_TOKEN": self.token},
            "vars": self.variables,
        }

    def _github(self) -> dict[str, Any]:
        event, (owner, _, _) = self.event, self.repository.partition("/")
        return {
            "actor": "ada",
            "actor_id": "1001",
            "api_url": self.server_url,
            "base_ref": event.base_ref,
            "event": event.payload,
            "event_name": event.name,
            "graphql_url": f"{self.server_url}/graphql",
            "head_ref": event.head_ref,
            "job": self.job,
            "ref": event.ref,
            "ref_name": event.ref.removeprefix("refs/heads/").removeprefix("refs/pull/"),
            "ref_protected": "true",
            "ref_type": "branch",
            "repository": self.repository,
            "repository_id": "42",
            "repository_owner": owner,
            "repository_owner_id": "7",
            "retention_days": "90",
            "run_attempt": "1",
            "run_id": str(self.run_id),
            "run_number": "17",
            "server_url": self.server_url,
            "sha": event.sha,
            "token": self.token,
            "triggering_actor": "ada",
            "workflow": self.workflow,
            "workflow_ref": f"{self.repository}/.github/workflows/erd.yml@{event.ref}",
            "workflow_sha": event.sha,
        }
