"""Every option once: how it is named at each door, what it accepts, its default and its help.

The names of options, environment variables and configuration keys are dbterd's (its documentation and release 1.32), so
that its users can switch without rewriting anything. This module is all that `--help` needs, and should cost little.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from erd import checks

# `erd.formats` has what renders them, and costs more to load than `--help` should; a test holds the two together.
TARGETS = (
    "dbml",
    "json",
    "drawdb",
    "tbls",
    "plantuml",
    "graphviz",
    "d2",
    "mermaid",
    "markdown",
)

COMMENTS = ("auto", "changes", "always", "never")
GATES = ("never", "breaking", "any")
MERMAID_STYLES = ("full", "plain")
COMMITS = ("never", "push", "pull-request")

# What makes a project's artifacts, in dbterd's words, for `init`.
TEMPLATES = ("dbt-cloud", "dbt-core")

# The commands that draw an ERD: from the artifacts of a run, and from the Discovery API.
RUN, RUN_METADATA = "run", "run-metadata"
# The command that compares two states, from artifacts or from diagrams.
DIFF = "diff"
# The group of dbterd's options that have nothing to change here; their help is also the answer to who gives one.
ANSWERED = "from dbterd, and answered"


class Option(NamedTuple):
    """One option.

    `name` is the Action's input, the configuration key and, with `--`, the flag; `DBTERD_` and the name in upper case
    with `_` is the environment variable. `flags` are further spellings on the command line, `variables` further ones
    in the environment; both are dbterd's. `shown_default` is how the default reads in documentation. `commands` are
    the ones that have the flag. `instead` is for one that is to go: the option to give in its place, of which whoever
    gives it is told.
    """

    name: str
    group: str
    check: Callable[[Any], Any]
    help: str
    shown_default: str = ""
    flags: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    repeatable: bool = False
    is_input: bool = True
    commands: tuple[str, ...] = (RUN, RUN_METADATA)
    instead: str = ""

    @property
    def field(self) -> str:
        """The name of its field in `Settings`."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """Its first name in the environment."""
        return f"DBTERD_{self.field.upper()}"

    @property
    def is_secret(self) -> bool:
        """Whether no one may see it."""
        return self.check is checks.secret

    @property
    def is_flag(self) -> bool:
        """Whether it is a yes or no."""
        return self.check is checks.flag


OPTIONS = (
    Option(
        "dbt-cloud-service-token",
        "which run",
        checks.secret,
        "Service token or personal access token of dbt Cloud. The permission set Job Viewer is enough, for run-metadata"
        " Metadata Only.",
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "dbt-cloud-account-id",
        "which run",
        checks.number,
        "Id of the dbt Cloud account. Not needed when the run or job is given as an address.",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-run-id",
        "which run",
        checks.run,
        "The run to draw: its id, or the address of its page in dbt Cloud. On a pull request none is needed: the CI run"
        " of its last commit is found.",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-job-id",
        "which run",
        checks.job,
        "The job whose latest successful run with artifacts is drawn, when no run is given: id or address. On a pull"
        " request, the CI job whose run is looked for, or any job of the project.",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-environment-id",
        "which run",
        checks.number,
        "The environment whose latest successful run is drawn, when no run and no job is given; for run-metadata, the"
        " environment whose state is drawn.",
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "dbt-cloud-host-url",
        "which run",
        checks.host,
        "The account's Access URL, with or without https://.",
        "cloud.getdbt.com",
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "dbt-cloud-api-version",
        "which run",
        checks.api_version,
        "Version of the Administrative API.",
        "v2",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-step",
        "which run",
        checks.number,
        "The step of the run whose artifacts are read, counted from 1.",
        "the last one, or the one that wrote the catalog",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-wait-minutes",
        "which run",
        checks.minutes,
        "How long to wait for a run that is not there yet, queued or running.",
        "30",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-timeout-minutes",
        "which run",
        checks.some_minutes,
        "How long all else with dbt Cloud may take: questions, retries, downloads, and its five minutes of refusal"
        " after too many requests.",
        "15",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-max-file-mb",
        "which run",
        checks.number,
        "The largest artifact that is downloaded, in millions of bytes.",
        "2000",
        commands=(RUN, DIFF),
    ),
    Option(
        "allow-failed-run",
        "which run",
        checks.flag,
        "Draw a run that failed too, if it left a manifest.",
        "false",
        commands=(RUN, DIFF),
    ),
    Option(
        "trigger",
        "which run",
        checks.flag,
        "On a pull request, start the CI job for the commit if dbt Cloud has not done so within half a minute. The"
        " token then needs Runs: Write too (the set Job Runner).",
        "false",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-query-file-path",
        "which run",
        checks.folder,
        "A file with a GraphQL query for run-metadata to ask instead of its own.",
        "a query of its own",
        is_input=False,
        commands=(RUN_METADATA,),
    ),
    Option(
        "artifacts-dir",
        "which run",
        checks.folder,
        "Read manifest.json and catalog.json from this folder instead of from dbt Cloud."
        " With --dbt-cloud on the command line: keep what is downloaded there.",
        "target (command line only)",
        ("-ad",),
        ("DBTERD_ARTIFACT_PATH",),
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-project-dir",
        "which run",
        checks.folder,
        "Folder of the dbt project in the repository: annotations name files in it, and its target folder is read if"
        " artifacts-dir has no manifest.json.",
        "the current folder",
        ("-dpd",),
        ("DBT_PROJECT_DIR",),
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud",
        "which run",
        checks.flag,
        "Read the artifacts from dbt Cloud. Implied by a run or job id unless artifacts-dir is given.",
        is_input=False,
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-base-run-id",
        "compared with",
        checks.run,
        "The run that a pull request's run is compared with, and `state:` selectors compare with: id or address.",
        "on a pull request, the run that its run deferred to, else production's latest",
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt-cloud-base-job-id",
        "compared with",
        checks.job,
        "The job whose latest successful run is compared with: id or address.",
        "none",
        commands=(RUN, DIFF),
    ),
    Option(
        "base-artifacts-dir",
        "compared with",
        checks.folder,
        "Folder with the manifest.json that is compared with, such as production's.",
        "none",
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "base-file",
        "compared with",
        checks.folder,
        "A DBML file that is compared with, written by this tool or by dbterd.",
        "on a pull request without another base, the one committed on the base branch",
        commands=(RUN, DIFF),
    ),
    Option(
        "head-file",
        "compared with",
        checks.folder,
        "A DBML file to compare instead of the artifacts of a run.",
        "none",
        is_input=False,
        commands=(DIFF,),
    ),
    Option(
        "select",
        "what to draw",
        checks.rules,
        "Tables to draw, in dbt's selection syntax or dbterd's: a name, a method with a value (tag:nightly), graph"
        " operators. A comma means and; several rules mean or.",
        "all",
        ("-s",),
        repeatable=True,
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "exclude",
        "what to draw",
        checks.rules,
        "Tables to leave out, in the same language as select.",
        "none",
        ("-ns",),
        repeatable=True,
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "resource-type",
        "what to draw",
        checks.some_of(checks.RESOURCE_TYPES),
        f"Kinds of tables: {', '.join(checks.RESOURCE_TYPES)}. Several are possible. A review looks at all"
        " kinds, unless others than the default are given.",
        "model",
        ("-rt",),
        ("DBTERD_RESOURCE_TYPES",),
        repeatable=True,
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "algo",
        "what to draw",
        checks.algorithm,
        "Where relationships come from: all (tests, constraints and semantic models, merged), test_relationship"
        " (perhaps with dbterd's rule behind a colon), semantic or model_contract.",
        "all",
        ("-a",),
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "entity-name-format",
        "what to draw",
        checks.name_parts(checks.NAME_PARTS),
        f"How tables are named: parts joined by dots, out of {', '.join(checks.NAME_PARTS)}.",
        "resource.package.model",
        ("-enf",),
        commands=(RUN, RUN_METADATA, DIFF),
    ),
    Option(
        "entity-group",
        "what to draw",
        checks.name_parts(checks.GROUP_PARTS),
        f"Group tables by parts joined by dots, out of {', '.join(checks.GROUP_PARTS)}.",
        "no groups",
        ("-eg",),
    ),
    Option(
        "columns",
        "what to draw",
        checks.one_of(checks.DETAILS),
        "Columns to draw: all, keys (those of keys and relationships), or none. DBML keeps those that references join.",
        "all",
    ),
    Option(
        "omit-columns",
        "what to draw",
        checks.flag,
        "The same as columns: none.",
        "false",
    ),
    Option(
        "with-dependencies",
        "what to draw",
        checks.flag,
        "Draw which table is made from which as well: Dep in DBML (for @dbml/core 10 and later), dashed lines"
        " elsewhere.",
        "false",
        ("-wd",),
    ),
    Option(
        "omit-entity-name-quotes",
        "what to draw",
        checks.flag,
        "Leave the quotes around table names out of DBML, wherever it stays valid.",
        "false",
    ),
    Option(
        "target",
        "what to write",
        checks.some_of(TARGETS),
        f"Output format: {', '.join(TARGETS)}. Several are possible.",
        "dbml",
        ("-t",),
        repeatable=True,
    ),
    Option(
        "output",
        "what to write",
        checks.folder,
        "Folder to write to; made if missing. The Action and the container write inside the workspace only.",
        "target",
        ("-o",),
        ("DBTERD_OUTPUT_PATH",),
    ),
    Option(
        "output-file-name",
        "what to write",
        checks.file_name,
        "Name of the file, when there is one target.",
        "output.dbml, and so on by target",
        ("-ofn",),
    ),
    Option(
        "embed-in",
        "what to write",
        checks.paths,
        "Markdown files, by line or comma, in which counts and a picture of the ERD are kept between the lines"
        " <!-- dbt-cloud-erd:begin --> and <!-- dbt-cloud-erd:end -->.",
        "none",
        repeatable=True,
    ),
    Option(
        "schema-base-url",
        "what to write",
        checks.text,
        "Where the JSON target and erd-diff.json say that their schemas are, without /erd.json and /erd-diff.json.",
        "this project's docs/schemas",
    ),
    Option(
        "comment",
        "publish",
        checks.one_of(COMMENTS),
        "The review as a comment in the pull request: auto (where something changed; an earlier comment is kept true),"
        " changes (where more than descriptions changed), always, or never.",
        "auto",
        commands=(),
    ),
    Option(
        "comment-id",
        "publish",
        checks.file_name,
        "Tells the comments of several steps of one pull request apart, such as those of two dbt projects.",
        "erd",
        commands=(),
    ),
    Option(
        "commit",
        "publish",
        checks.one_of(COMMITS),
        "Commit the files if they differ from those in the repository: push (to the event's branch, on a pull request"
        " to its head), pull-request (one of our own, for a protected branch), or never.",
        "never",
        commands=(),
    ),
    Option(
        "commit-branch",
        "publish",
        checks.text,
        "The branch to commit to, made if missing; with commit: pull-request, the name of its own branch.",
        "the event's, or dbt-cloud-erd/ and its name",
        commands=(),
    ),
    Option(
        "commit-message",
        "publish",
        checks.commit_message,
        f"The commit's message, and the title of the pull request. In braces: {', '.join(checks.PLACEHOLDERS)}.",
        "ERD: {changes}",
        commands=(),
    ),
    Option(
        "commit-co-author",
        "publish",
        checks.co_authors,
        "Who is named as a co-author of the commit, as Name <name@example.com>; several by line or comma.",
        "none",
        repeatable=True,
        commands=(),
    ),
    Option(
        "commit-skip-ci",
        "publish",
        checks.flag,
        "Let no workflow start by the commit: puts [skip ci] into its message.",
        "false",
        commands=(),
    ),
    Option(
        "summary",
        "publish",
        checks.flag,
        "Write the job summary, with the review in full on a pull request.",
        "true",
        commands=(),
    ),
    Option(
        "fail-on",
        "publish",
        checks.one_of(GATES),
        "Fail the job, with exit code 3 and after everything is published, on breaking risks or on any risk: never,"
        " breaking or any.",
        "never",
        commands=(RUN, DIFF),
    ),
    Option(
        "mermaid-style",
        "publish",
        checks.one_of(MERMAID_STYLES),
        "How the pictures of a review are written: full, or plain for Mermaid before 11.5, as on an older GitHub"
        " Enterprise Server.",
        "full",
        commands=(RUN, DIFF),
    ),
    Option(
        "github-token",
        "publish",
        checks.secret,
        "Token of GitHub. With pull-requests: write it comments; with contents: read it shows how old the base is, and"
        " what diagram is committed on the base branch; with contents: write it commits.",
        "the workflow's own (Action only)",
        variables=("GITHUB_TOKEN",),
        commands=(RUN, DIFF),
    ),
    Option(
        "dbt",
        ANSWERED,
        checks.flag,
        "Without effect: dbt is never run, tables are selected from the manifest. Not together with dbt-cloud.",
        is_input=False,
        commands=(RUN,),
    ),
    Option(
        "dbt-target",
        ANSWERED,
        checks.text,
        "Without effect: dbt is never run, and the artifacts say which warehouse they are of.",
        flags=("-dt",),
        is_input=False,
        commands=(RUN,),
    ),
    Option(
        "dbt-auto-artifacts",
        ANSWERED,
        checks.flag,
        "Without effect: run `dbt docs generate` before, or draw a run of dbt Cloud, which has done so.",
        is_input=False,
        commands=(RUN,),
    ),
    Option(
        "manifest-version",
        ANSWERED,
        checks.text,
        "Without effect: manifest.json says its version itself, and every version is read.",
        flags=("-mv",),
        is_input=False,
        commands=(RUN,),
    ),
    Option(
        "catalog-version",
        ANSWERED,
        checks.text,
        "Without effect: catalog.json says its version itself, and every version is read.",
        flags=("-cv",),
        is_input=False,
        commands=(RUN,),
    ),
    Option(
        "relax-policies",
        ANSWERED,
        checks.text,
        "Without effect: fields and values that are not known are always passed over.",
        is_input=False,
        commands=(RUN,),
    ),
)
