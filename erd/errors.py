"""Every way a run of this tool can end badly: what happened, what to do, and the exit code."""


class ErdError(Exception):
    """The job failed: one sentence on what happened, one on what to do.

    Raised where the fact is known and caught once, at the front door. Neither sentence may hold a secret.
    """

    exit_code = 1

    def __init__(self, happened: str, todo: str) -> None:
        super().__init__(happened, todo)
        self.happened = happened
        self.todo = todo

    def __str__(self) -> str:
        return f"{self.happened} {self.todo}"


class UsageError(ErdError):
    """The tool was asked wrongly: an option is missing, malformed or contradicts another."""

    exit_code = 2


class DbtCloudError(ErdError):
    """dbt Cloud could not be reached, refused, or does not have what was asked for."""


class GitHubError(ErdError):
    """GitHub could not be reached, refused, or answered with something else than it documents."""


class ArtifactError(ErdError):
    """An artifact file is missing, or is not what its name says."""


class OutputError(ErdError):
    """A file could not be written."""
