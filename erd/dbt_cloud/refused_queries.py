"""What the Discovery API answers instead of an environment, as one sentence on what happened and one on what to do."""

from pathlib import Path
from typing import Any

import msgspec

from erd.dbt_cloud import failures
from erd.dbt_cloud.asked import Asked
from erd.dbt_cloud.failures import BrokenAnswerError, user_message
from erd.dbt_cloud.queries import Query
from erd.errors import DbtCloudError, UsageError

# Codes of dbt's API and of the GraphQL servers in use, as they stand in `extensions`.
TOO_COMPLEX = "COMPLEXITY_EXCEEDED"
TROUBLE = "INTERNAL_SERVER_ERROR"
NO_RIGHT = frozenset({"UNAUTHENTICATED", "FORBIDDEN"})
NO_QUERY = frozenset({"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT"})


class TooComplexError(DbtCloudError):
    """The query asks for too much at once: smaller pages may help."""


class GraphQLError(msgspec.Struct, frozen=True):
    """An error of a GraphQL server. What stands in `extensions` is up to the server."""

    message: str | None = None
    extensions: Any = None

    @property
    def code(self) -> str:
        """The kind of error, empty if the server does not say."""
        code = self.extensions.get("code") if isinstance(self.extensions, dict) else None
        return code if isinstance(code, str) else ""


def refusal(asked: Asked, query: Query, errors: list[GraphQLError]) -> DbtCloudError:
    """The error for an answer with `errors`, of which the first is told."""
    codes = {error.code for error in errors}
    said = f"({asked} → {_first(asked, errors)})"
    if TOO_COMPLEX in codes:
        return TooComplexError(
            f"The query for {asked.subject} is too complex for dbt Cloud {said}.",
            _other_query(query) or "Ask for fewer fields with a query of your own: dbt-cloud-query-file-path.",
        )
    if TROUBLE in codes:
        return BrokenAnswerError(f"dbt Cloud failed to answer for {asked.subject} {said}.", failures.TRY_LATER)
    happened = f"dbt Cloud refused the query for {asked.subject} {said}."
    if codes & NO_RIGHT:
        return DbtCloudError(happened, asked.api.give_the_right)
    if codes & NO_QUERY:
        return DbtCloudError(
            happened,
            _other_query(query)
            or "Please report this; meanwhile, dbt-cloud-query-file-path can ask with a query of your own.",
        )
    return DbtCloudError(happened, _other_query(query) or asked.api.check_the_ids)


def no_environment(asked: Asked, environment_id: int) -> DbtCloudError:
    """The error for a null where the environment belongs."""
    return DbtCloudError(
        f"dbt Cloud finds no environment {environment_id}, or the token may not read it ({asked} → null).",
        asked.api.check_the_ids,
    )


def nothing_applied(asked: Asked, environment_id: int) -> DbtCloudError:
    """The error for an environment without an applied state."""
    return DbtCloudError(
        f"Environment {environment_id} has no applied state: nothing was built there lately ({asked} → null).",
        "Give dbt-cloud-environment-id a production or staging environment in which a job ran in the last two months.",
    )


def no_lists(file: Path) -> UsageError:
    """The error for a query of the reader's whose answer holds nothing that is known here."""
    return UsageError(
        f"The query in {file} asks for none of the lists that an ERD is made of.",
        "Let it ask for environment { applied { models … sources … tests … } }, without other names for them.",
    )


def going_in_circles(asked: Asked, query: Query, kind: str) -> DbtCloudError:
    """The error for a list that goes on without getting further."""
    return DbtCloudError(
        f"dbt Cloud says that more follows, but gives the same page again, when asked for {asked.subject} ({asked}).",
        f"Let {query.file} begin its pages of {kind}s after ${kind}_after, and ask for pageInfo {{ endCursor }}."
        if query.file
        else "Run it again; if it goes on, please report this.",
    )


def _first(asked: Asked, errors: list[GraphQLError]) -> str:
    code = "".join(character for character in errors[0].code if character.isalnum() or character == "_")
    return f"{code or 'error'}{user_message(asked, errors[0].message)}"


def _other_query(query: Query) -> str:
    return f"Correct {query.file}, or leave dbt-cloud-query-file-path out." if query.file else ""
