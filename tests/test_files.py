"""Files are whole or not there, and inside the folder they may be in, whatever happens."""

import os
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from erd.errors import OutputError
from erd.files import inside, replacing, write_text

# Dies by itself, as if killed, at the moment that its second argument numbers: before each line that runs, and before
# and after each call into the system, while the file at its first argument is replaced. Prints what the file then is.
DIES_AT_EVERY_MOMENT = """
import os, signal, sys
from pathlib import Path
from erd.files import write_text

def die_at(moment):
    left = moment
    def event(*_):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return event
    sys.setprofile(event)
    sys.settrace(event)

def lives(path, moment):
    child = os.fork()
    if child == 0:
        die_at(moment)
        write_text(path, "new")
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0

path = Path(sys.argv[1])
moment, alive = 0, False
while not alive:
    moment += 1
    path.write_text("old")
    alive = lives(path, moment)
    print(path.read_text())
"""

# Replaces the file for ever, by documents each of which is one number over and over.
WRITES_FOR_EVER = """
import itertools, sys
from pathlib import Path
from erd.files import write_text

for number in itertools.count():
    write_text(Path(sys.argv[1]), f"{number}\\n" * 300_000)
    if number == 0:
        print("ready", flush=True)
"""

# Writes 300,000 bytes to a file, none of which may grow beyond a limit; prints what it is told.
WRITES_ONCE = """
import resource, signal, sys
from pathlib import Path
from erd.errors import OutputError
from erd.files import write_text

limit, path = int(sys.argv[1]), Path(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    write_text(path, "new" * 100_000)
except OutputError as error:
    print(error.happened)
"""


def python(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", program, *map(str, arguments)]


def written_once(limit: int, path: Path) -> str:
    """What is said when the file is to hold more than the limit, in bytes, lets it."""
    return subprocess.run(python(WRITES_ONCE, limit, path), check=True, capture_output=True, text=True).stdout


@contextmanager
def endless_writer(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has replaced the file once, and goes on doing so until it is killed."""
    with subprocess.Popen(python(WRITES_FOR_EVER, path), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


@contextmanager
def small_disk(folder: Path) -> Iterator[int]:
    """A disk of its own in the folder, with room for 64 KiB, where root may make one; else that limit for each file."""
    size = 64 * 1024
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield resource.RLIM_INFINITY if mounted else size
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_midway(path: Path, error: BaseException) -> None:
    with replacing(path) as write:
        write(b"a part")
        raise error


def refused(path: Path) -> OutputError:
    with pytest.raises(OutputError) as raised:
        write_text(path, "new")
    return raised.value


def document_at(path: Path) -> str:
    """The number that the whole document repeats."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert (len(lines), len(set(lines))) == (300_000, 1)
    return lines[0]


def test_a_file_is_written_as_utf_8_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    write_text(tmp_path / "erd.dbml", "é → 🚀\r\nend")
    assert (tmp_path / "erd.dbml").read_bytes() == "é → 🚀\r\nend".encode()
    assert names(tmp_path) == ["erd.dbml"]


def test_a_file_is_replaced_not_appended_to(tmp_path: Path) -> None:
    (tmp_path / "erd.dbml").write_text("old and longer", encoding="utf-8")
    write_text(tmp_path / "erd.dbml", "new")
    assert (tmp_path / "erd.dbml").read_text(encoding="utf-8") == "new"


def test_folders_are_made_as_needed(tmp_path: Path) -> None:
    write_text(tmp_path / "a" / "b" / "erd.dbml", "new")
    assert (tmp_path / "a" / "b" / "erd.dbml").read_text(encoding="utf-8") == "new"


def test_killed_at_any_moment_the_old_file_or_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "erd.dbml"
    done = subprocess.run(python(DIES_AT_EVERY_MOMENT, path), check=True, capture_output=True, text=True, timeout=120)
    found = done.stdout.splitlines()
    switch = found.index("new")
    assert found == ["old"] * switch + ["new"] * (len(found) - switch)
    assert len(found) > 100
    assert switch > 50


def test_killed_at_random_while_it_writes_much_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "erd.dbml"
    moments = random.Random(2)  # noqa: S311 - nothing is secret here
    for _ in range(10):
        with endless_writer(path) as process, pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=moments.uniform(0, 0.1))
        assert process.returncode == -signal.SIGKILL
        document_at(path)


def test_what_a_killed_process_leaves_does_not_disturb_the_next(tmp_path: Path) -> None:
    path = tmp_path / "erd.dbml"
    with endless_writer(path):
        pass
    write_text(path, "new")
    assert path.read_text(encoding="utf-8") == "new"


def test_a_reader_never_sees_a_part(tmp_path: Path) -> None:
    path = tmp_path / "erd.dbml"
    seen: set[str] = set()
    with endless_writer(path) as process:
        while len(seen) < 5:
            seen.add(document_at(path))
            assert process.poll() is None


def test_all_bytes_are_on_the_disk_before_the_file_takes_its_place(tmp_path: Path) -> None:
    calls: list[tuple[str, list[int]]] = []

    def note(_frame: object, event: str, function: object) -> None:
        name = getattr(function, "__name__", "")
        if event == "c_call" and name in {"fsync", "replace"}:
            calls.append((name, [path.stat().st_size for path in tmp_path.iterdir()]))

    sys.setprofile(note)
    try:
        write_text(tmp_path / "erd.dbml", "new")
    finally:
        sys.setprofile(None)
    assert calls == [("fsync", [3]), ("replace", [3])]


@pytest.mark.parametrize("name", ["erd.dbml", "new/erd.dbml"])
def test_with_the_disk_full_the_old_file_stays_and_no_part_is_left(name: str, tmp_path: Path) -> None:
    with small_disk(tmp_path) as limit:
        (tmp_path / "erd.dbml").write_text("old", encoding="utf-8")
        said = written_once(limit, tmp_path / name)
        reason = "No space left on device" if limit == resource.RLIM_INFINITY else "File too large"
        assert said == f"{tmp_path / name} could not be written: {reason}.\n"
        assert names(tmp_path) == ["erd.dbml"]
        assert (tmp_path / "erd.dbml").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("limit", [1, 4096, 299_999])
def test_cut_at_any_length_the_old_file_stays_and_no_part_is_left(limit: int, tmp_path: Path) -> None:
    (tmp_path / "erd.dbml").write_text("old", encoding="utf-8")
    said = written_once(limit, tmp_path / "erd.dbml")
    assert said == f"{tmp_path}/erd.dbml could not be written: File too large.\n"
    assert names(tmp_path) == ["erd.dbml"]
    assert (tmp_path / "erd.dbml").read_text(encoding="utf-8") == "old"


def test_a_file_where_a_folder_should_be_is_an_error_that_says_what_to_check(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("a file", encoding="utf-8")
    error = refused(tmp_path / "target" / "erd.dbml")
    assert error.happened == f"{tmp_path}/target/erd.dbml could not be written: Not a directory."
    assert "the file as it was before is still whole" in error.todo
    assert names(tmp_path) == ["target"]


def test_a_file_below_a_file_is_an_error_too(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("a file", encoding="utf-8")
    assert refused(tmp_path / "target" / "sub" / "erd.dbml").happened.endswith("could not be written: Not a directory.")


def test_a_folder_where_the_file_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "erd.dbml").mkdir()
    assert refused(tmp_path / "erd.dbml").happened == f"{tmp_path}/erd.dbml could not be written: Is a directory."
    assert names(tmp_path) == ["erd.dbml"]


@pytest.mark.parametrize("folder", ["/proc", "/proc/sys/kernel", "/proc/made-by-nobody/here"])
def test_a_folder_in_which_nobody_may_write_is_an_error(folder: str) -> None:
    # These refuse root too, whom modes do not stop.
    error = refused(Path(folder) / "erd.dbml")
    assert error.happened.startswith(f"{folder}/erd.dbml could not be written: ")
    assert error.exit_code == 1


def test_a_name_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    assert refused(tmp_path / ("x" * 300)).happened.endswith("could not be written: File name too long.")
    assert names(tmp_path) == []


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_what_fails_midway_passes_through_and_leaves_no_trace(error: BaseException, tmp_path: Path) -> None:
    with pytest.raises(type(error)) as raised:
        fail_midway(tmp_path / "a" / "b" / "erd.dbml", error)
    assert raised.value is error
    assert names(tmp_path) == []


def test_of_the_folders_only_those_that_were_made_go_away_again(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    with pytest.raises(ValueError, match="no"):
        fail_midway(tmp_path / "old" / "new" / "erd.dbml", ValueError("no"))
    assert names(tmp_path) == ["old"]
    assert names(tmp_path / "old") == []


def test_a_folder_into_which_somebody_else_wrote_meanwhile_stays(tmp_path: Path) -> None:
    def write_theirs_and_fail() -> None:
        with replacing(tmp_path / "new" / "erd.dbml"):
            (tmp_path / "new" / "theirs").touch()
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        write_theirs_and_fail()
    assert names(tmp_path / "new") == ["theirs"]


def test_what_fails_midway_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "erd.dbml").write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="no"):
        fail_midway(tmp_path / "erd.dbml", ValueError("no"))
    assert (tmp_path / "erd.dbml").read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["erd.dbml"]


def test_pieces_become_one_file(tmp_path: Path) -> None:
    with replacing(tmp_path / "manifest.json") as write:
        for piece in (b"one", b"", b"two"):
            write(piece)
        assert not (tmp_path / "manifest.json").exists()
    assert (tmp_path / "manifest.json").read_bytes() == b"onetwo"


def test_a_new_file_can_be_read_by_all_whatever_the_mask(tmp_path: Path) -> None:
    mask = os.umask(0o077)
    try:
        write_text(tmp_path / "erd.dbml", "new")
    finally:
        os.umask(mask)
    assert (tmp_path / "erd.dbml").stat().st_mode & 0o7777 == 0o644


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_a_file_keeps_the_mode_it_had(mode: int, tmp_path: Path) -> None:
    (tmp_path / "erd.dbml").touch()
    (tmp_path / "erd.dbml").chmod(mode)
    write_text(tmp_path / "erd.dbml", "new")
    assert (tmp_path / "erd.dbml").stat().st_mode & 0o7777 == mode


def test_what_is_made_belongs_to_the_owner_of_its_folder(tmp_path: Path) -> None:
    owner = (1001, 1002) if os.geteuid() == 0 else (os.geteuid(), tmp_path.stat().st_gid)
    os.chown(tmp_path, *owner)
    write_text(tmp_path / "a" / "b" / "erd.dbml", "new")
    made = [tmp_path / "a", tmp_path / "a" / "b", tmp_path / "a" / "b" / "erd.dbml"]
    assert [(path.stat().st_uid, path.stat().st_gid) for path in made] == [owner] * 3


@pytest.mark.parametrize(
    ("path", "real"),
    [
        ("target/erd.dbml", "target/erd.dbml"),
        ("./a/../target/erd.dbml", "target/erd.dbml"),
        ("{workspace}/docs", "docs"),
        (".", "."),
        ("..target/...", "..target/..."),
    ],
)
def test_a_path_inside_the_workspace_is_made_absolute(path: str, real: str, tmp_path: Path) -> None:
    found = inside(tmp_path, Path(path.format(workspace=tmp_path)))
    assert found == tmp_path.resolve() / real


@pytest.mark.parametrize("path", ["..", "../x", "a/../../x", "{workspace}/../x", "{workspace}x/y", "/", "/etc/passwd"])
def test_a_path_outside_the_workspace_is_refused(path: str, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    given = Path(path.format(workspace=workspace))
    with pytest.raises(OutputError) as raised:
        inside(workspace, given)
    assert raised.value.happened.startswith(f"The output path {given} leads to ")
    assert raised.value.happened.endswith(f", outside the workspace {workspace.resolve()}.")
    assert "symbolic link" in raised.value.todo


@pytest.mark.parametrize(
    ("link", "leads_to", "path"),
    [
        ("docs", "..", "docs/erd.dbml"),
        ("docs", "../elsewhere", "docs/new/erd.dbml"),
        ("docs", "/etc", "docs/erd.dbml"),
        ("erd.dbml", "../erd.dbml", "erd.dbml"),
        ("erd.dbml", "/etc/passwd", "./erd.dbml"),
        ("docs", "../elsewhere", "docs/../workspace/../x"),
    ],
)
def test_a_link_out_of_the_workspace_is_refused(link: str, leads_to: str, path: str, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (workspace / link).symlink_to(leads_to)
    with pytest.raises(OutputError, match="outside the workspace"):
        inside(workspace, Path(path))


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "docs").symlink_to("real")
    assert inside(tmp_path, Path("docs/erd.dbml")) == tmp_path.resolve() / "real" / "erd.dbml"


def test_a_workspace_may_be_a_link_itself(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "workspace").symlink_to("real")
    assert inside(tmp_path / "workspace", Path("erd.dbml")) == (tmp_path / "real" / "erd.dbml").resolve()


def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")
    with pytest.raises(OutputError, match="could not be written"):
        write_text(inside(tmp_path, Path("one/erd.dbml")), "new")


def test_a_path_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="could not be written"):
        write_text(inside(tmp_path, Path("x" * 300)), "new")


def test_a_folder_made_for_a_file_that_cannot_be_begun_goes_away_again(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_text(tmp_path / "new" / ("x" * 300), "x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_may_be_can_be_written(tmp_path: Path) -> None:
    write_text(tmp_path / ("🚀" * 62), "x")
    assert (tmp_path / ("🚀" * 62)).exists()


def test_a_path_with_nul_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        write_text(inside(tmp_path, Path("a\0b/erd.dbml")), "x")


def test_half_a_character_does_not_keep_the_rest_from_being_written(tmp_path: Path) -> None:
    write_text(tmp_path / "erd.dbml", "a\ud800b")
    assert (tmp_path / "erd.dbml").read_text(encoding="utf-8") == "a?b"
