"""What `init` writes into a repository: a workflow, and a configuration file in which every option is explained.

The commits that actions are pinned to are those of `examples/workflows`; Dependabot keeps both up to date.
"""

import textwrap
from collections.abc import Iterator
from itertools import groupby

from erd.options import ANSWERED, OPTIONS, TEMPLATES, Option
from erd.settings import Settings

CONFIGURATION, WORKFLOW = ".dbterd.yml", ".github/workflows/erd.yml"
WIDTH = 100
CLOUD, CORE = TEMPLATES


def initial_files(template: str) -> dict[str, str]:
    """The text of each file, by its path in the repository; `template` is one of `TEMPLATES`."""
    workflow = _CORE_WORKFLOW if template == CORE else _CLOUD_WORKFLOW
    return {CONFIGURATION: _configuration(template), WORKFLOW: workflow}


def next_steps(template: str) -> str:
    """What is left to do for the reader."""
    return _CORE_STEPS if template == CORE else _CLOUD_STEPS


def _configuration(template: str) -> str:
    """Every option as a comment, with its help and default; all of them may lose their # at once."""
    lines = [
        "# Settings of dbt-cloud-erd, read from the folder in which it runs.",
        "# Take the # off an option's line to set it. Behind the colon stands its default, if that is a value.",
        "# A flag, an input of the Action or a variable (DBTERD_TARGET for target) wins over this file.",
    ]
    options = [option for option in OPTIONS if _concerns(option, template)]
    for group, members in groupby(options, key=lambda option: option.group):
        lines += ["", "", f"# ---- {group.capitalize()} ----"]
        for option in members:
            lines += ["", *_explained(option)]
    return "\n".join(lines) + "\n"


def _concerns(option: Option, template: str) -> bool:
    of_cloud = option.name.startswith("dbt-cloud") or option.name in {"allow-failed-run", "trigger"}
    return option.group != ANSWERED and not (of_cloud and template == CORE)


def _explained(option: Option) -> Iterator[str]:
    if option.is_secret:
        yield f"# {option.name}: a secret belongs in the variable {option.variable}, not in a file."
        return
    value = _default(option)
    in_words = f" Default: {option.shown_default}." if option.shown_default and not value else ""
    yield from textwrap.wrap(
        f"{option.help}{in_words}", WIDTH, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
    # In YAML a colon and a blank begin a value.
    quote = '"' if ": " in value else ""
    yield f"#{option.name}: {quote}{value}{quote}".rstrip()


def _default(option: Option) -> str:
    """The default as one would give it; empty if documentation has only words for it."""
    if option.is_flag:
        return option.shown_default or "false"
    if not option.shown_default:
        return ""
    try:
        checked = option.check(option.shown_default)
    except ValueError:
        return ""
    return option.shown_default if checked == Settings._field_defaults[option.field] else ""


_CLOUD_WORKFLOW = """\
# Draws the entity-relationship diagram of a dbt Cloud job's latest successful run.
name: ERD
on:
  schedule: [{cron: "0 5 * * *"}]
  workflow_dispatch:
permissions:
  contents: read # to read .dbterd.yml
jobs:
  erd:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - id: erd
        uses: org/dbt-cloud-erd@v1
        with:
          dbt-cloud-service-token: ${{ secrets.DBT_CLOUD_SERVICE_TOKEN }}
          # Put the address of your production job here, as your browser shows it in dbt Cloud.
          dbt-cloud-job-id: https://ab123.us1.dbt.com/deploy/1/projects/2/jobs/43166
      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with:
          name: erd
          path: ${{ steps.erd.outputs.files }}
"""

_CORE_WORKFLOW = """\
# Draws the entity-relationship diagram of the artifacts that dbt makes in this workflow.
name: ERD
on:
  push:
    branches: [main]
  workflow_dispatch:
permissions:
  contents: read
jobs:
  erd:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97 # v7.0.0
        with:
          python-version: "3.13"
      # Name your adapter, and below the secrets that your profiles.yml reads.
      - run: pip install dbt-core dbt-postgres
      - run: |
          dbt deps
          dbt docs generate
        env:
          DBT_PASSWORD: ${{ secrets.DBT_PASSWORD }}
      - id: erd
        uses: org/dbt-cloud-erd@v1
        with:
          artifacts-dir: target
      - uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with:
          name: erd
          path: ${{ steps.erd.outputs.files }}
"""

_CLOUD_STEPS = f"""\
What is left to do:

  1. In dbt Cloud, make a service token with the permission set Job Viewer (Account settings, Service tokens).
     On a Starter plan, take a personal access token instead.
  2. In GitHub, save it as the secret DBT_CLOUD_SERVICE_TOKEN (Settings, Secrets and variables, Actions).
  3. In {WORKFLOW}, put the address of your production job behind dbt-cloud-job-id.
  4. Commit both files and push. The ERD is drawn every morning, and when you start the workflow under Actions.

To see that token and address are right, set DBTERD_DBT_CLOUD_SERVICE_TOKEN here, and run

  dbt-cloud-erd debug --dbt-cloud-job-id ADDRESS
"""

_CORE_STEPS = f"""\
What is left to do:

  1. In {WORKFLOW}, name your dbt adapter and the secrets that your profiles.yml reads.
  2. Commit both files and push. The ERD is drawn on every push to main, and when you start the workflow under Actions.

To see the ERD before, run

  dbt docs generate
  dbt-cloud-erd run
"""
