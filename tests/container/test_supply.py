"""Where the image comes from: the same files in every build, for both kinds of machine, and nothing later."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import a_catalog, a_manifest, a_model, write_artifacts
from tests.container.engine import REPOSITORY, build, docker, inside

pytestmark = pytest.mark.container

DOWNLOAD_SECONDS = 300
# Those whose C library is that of the base, Debian 13's, or older.
C_LIBRARIES = range(17, 42)

# Each file with its kind, mode, owner, target and content. The engine itself writes those in /etc that are left out.
ALL_FILES = r"""
left_out='-path /proc -o -path /sys -o -path /dev -o -path /etc/hostname -o -path /etc/hosts -o -path /etc/resolv.conf'
find / -xdev \( $left_out \) -prune -o -printf '%p %y %m %U:%G %l\n' | sort
find / -xdev \( $left_out \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
"""


def test_two_builds_have_the_same_files(image: str, tmp_path: Path) -> None:
    again = build(tmp_path, "--no-cache")
    try:
        one, other = (inside(which, ALL_FILES).splitlines() for which in (image, again))
    finally:
        docker("rmi", again)
    assert again != image
    assert sorted(set(one) ^ set(other)) == []
    assert len(one) > 2000


def test_every_library_is_there_as_a_wheel_for_the_other_kind_of_machine_too(tmp_path: Path) -> None:
    machine = {"x86_64": "aarch64", "aarch64": "x86_64"}[platform.machine()]
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in C_LIBRARIES] + [f"manylinux2014_{machine}"]
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"),
            *("--require-hashes", "--only-binary", ":all:", "--requirement", str(REPOSITORY / "requirements.txt")),
            *("--python-version", "3.13", *(word for one in platforms for word in ("--platform", one))),
            *("--dest", str(tmp_path)),
        ],
        capture_output=True,
        text=True,
        timeout=DOWNLOAD_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert any(wheel.name.endswith(f"_{machine}.whl") for wheel in tmp_path.iterdir())


def test_what_is_drawn_from_files_needs_no_network(image: str, tmp_path: Path) -> None:
    (tmp_path / "artifacts").mkdir()
    write_artifacts(tmp_path / "artifacts", a_manifest(a_model("orders")), a_catalog())
    mount = ("--volume", f"{tmp_path}:/workspace")
    ran = docker("run", "--rm", "--network", "none", "--env", "DBTERD_ARTIFACTS_DIR=artifacts", *mount, image)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "orders" in (tmp_path / "target" / "output.dbml").read_text(encoding="utf-8")
