"""The Docker engine these tests use: whether it is there, the image built from this repository, and running it."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.container.masking import refuse_secrets

REPOSITORY = Path(__file__).parents[2]

# A build downloads 14 MB of wheels; a run talks to loopback only.
BUILD_SECONDS = 600
RUN_SECONDS = 120
ASK_SECONDS = 60


def base_image() -> str:
    """The image that `Dockerfile` starts from: `ERD_BASE_IMAGE`, or the one it names itself."""
    if given := os.environ.get("ERD_BASE_IMAGE"):
        return given
    named = re.search(r"^ARG BASE=(\S+)$", (REPOSITORY / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert named, "Dockerfile has no line `ARG BASE=…`"
    return named[1]


def why_no_image() -> str | None:
    """Why no image can be built on this machine, or `None` where it can: an engine answers and the base is there."""
    try:
        return _why_no_engine() or _why_no_base(base_image())
    except FileNotFoundError:
        return "there is no `docker` command"
    except subprocess.TimeoutExpired as error:
        return f"`{' '.join(error.cmd)}` did not end within {error.timeout} seconds"


def _why_no_engine() -> str | None:
    version = docker("version", seconds=ASK_SECONDS)
    return f"no Docker engine answers: {version.stderr.strip()}" if version.returncode else None


def _why_no_base(base: str) -> str | None:
    if docker("image", "inspect", base, seconds=ASK_SECONDS).returncode == 0:
        return None
    pull = docker("pull", "--quiet", base, seconds=BUILD_SECONDS)
    if pull.returncode == 0:
        return None
    return (
        f"the base image {base} is not here and cannot be pulled: {pull.stderr.strip()}"
        " (the environment variable ERD_BASE_IMAGE can name another)"
    )


def build(folder: Path, *options: str) -> str:
    """The id of the image built as the runner builds it: from the folder of its Dockerfile, with no further options.

    One deviation: the build argument BASE, where `ERD_BASE_IMAGE` is set.
    """
    base = os.environ.get("ERD_BASE_IMAGE")
    id_file = folder / "image-id"
    built = docker(
        "build",
        *("--iidfile", str(id_file), *options),
        *(("--build-arg", f"BASE={base}") if base else ()),
        *("--file", str(REPOSITORY / "Dockerfile"), str(REPOSITORY)),
        seconds=BUILD_SECONDS,
    )
    assert built.returncode == 0, f"the image does not build:\n{built.stdout}\n{built.stderr}"
    return id_file.read_text(encoding="ascii").strip()


def inside(image: str, script: str) -> str:
    """What a shell script prints that is run in the image in place of the tool."""
    ran = docker("run", "--rm", "--network", "none", "--entrypoint", "sh", image, "-euc", script)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def docker(
    *arguments: str, environ: Mapping[str, str] | None = None, seconds: float = RUN_SECONDS
) -> subprocess.CompletedProcess[str]:
    """Run the docker client with this environment added to what it needs itself; it may fail.

    Raises `SecretSeenError` where a token stands in its output in any form.
    """
    own = {name: os.environ[name] for name in ("PATH", "HOME", "DOCKER_HOST", "DOCKER_CONFIG") if name in os.environ}
    command: Sequence[str] = ("docker", *arguments)
    ended = subprocess.run(
        command,
        env=own | dict(environ or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    refuse_secrets("the output of docker", f"{ended.stdout}\n{ended.stderr}")
    return ended
