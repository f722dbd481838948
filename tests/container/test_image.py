"""What is in the image, and what is not."""

import json

import pytest

from tests.container.engine import base_image, docker, inside

pytestmark = pytest.mark.container

# Over the base: the libraries (10.3 million bytes), our code (1.3), and the bytecode of all that a run imports (9.1).
LAYERS_BYTES = 21_500_000


@pytest.mark.parametrize("command", ["gcc", "cc", "g++", "clang", "make", "ld", "git"])
def test_there_is_no_compiler_and_no_git(image: str, command: str) -> None:
    assert inside(image, f"command -v {command} || true") == ""


def test_there_is_no_test_code(image: str) -> None:
    assert inside(image, "find /app -type d -name 'test*'") == ""


@pytest.mark.parametrize("module", ["pip", "setuptools", "pytest", "hypothesis", "tests"])
def test_there_is_no_installer_and_no_test_runner(image: str, module: str) -> None:
    script = f"/app/bin/python -I -c 'import importlib.util; print(importlib.util.find_spec(\"{module}\"))'"
    assert inside(image, script) == "None\n"


def test_of_this_repository_only_the_package_and_the_front_door_are_there(image: str) -> None:
    of_a_venv = {"bin", "include", "lib", "lib64", "pyvenv.cfg", ".gitignore"}
    assert set(inside(image, "ls -A /app").split()) - of_a_venv == {"entrypoint.py", "erd"}


def test_every_library_the_project_names_can_be_imported(image: str) -> None:
    modules = "click, github, msgspec, requests, urllib3, yaml"
    inside(image, f"/app/bin/python -I -c 'import {modules}; github.Github(auth=github.Auth.Token(\"x\")).close()'")


def test_modules_come_from_app_and_the_standard_library_only(image: str) -> None:
    folders = json.loads(inside(image, "/app/bin/python -I -c 'import json, sys; print(json.dumps(sys.path))'"))
    assert [folder for folder in folders if not folder.startswith(("/app", "/usr/local/lib/python3"))] == []
    assert [folder for folder in folders if folder.endswith("site-packages") and not folder.startswith("/app")] == []


def test_a_start_compiles_nothing(image: str) -> None:
    """All modules of a run have their bytecode in the image, whatever times their sources got there."""
    found = inside(
        image,
        "find /app /usr/local/lib -name '*.py' -exec touch --date 2001-02-03 {} + && touch /before"
        " && /app/bin/python -I -c 'import erd.action, erd.cli, erd.dbt_cloud.download, github, yaml'"
        " && find / -xdev -name '*.pyc' -newer /before",
    )
    assert found == ""


def test_it_runs_as_root_with_the_workspace_as_its_folder(image: str) -> None:
    config = json.loads(docker("image", "inspect", "--format", "{{json .Config}}", image).stdout)
    assert config.get("User", "") in {"", "root", "0"}
    assert config["WorkingDir"] == "/workspace"
    assert config["Entrypoint"][-1] == "/app/entrypoint.py"


def test_it_is_as_small_as_it_was(image: str) -> None:
    ours, base = (
        int(docker("image", "inspect", "--format", "{{.Size}}", name).stdout) for name in (image, base_image())
    )
    assert ours - base < LAYERS_BYTES
