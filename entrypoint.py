"""The Action's front door, and the container's: with arguments it is the command `dbt-cloud-erd`."""

import sys

if __name__ == "__main__":
    if sys.argv[1:]:
        from erd.cli import main as command

        command()
    else:
        from erd.action import main as action

        sys.exit(action())
