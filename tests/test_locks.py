"""What is locked is locked by hashes, and fetched from whichever registry a machine has."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted([*ROOT.glob("requirements*.txt"), *(ROOT / "tests").glob("*/package-lock.json")])
LOCKS += sorted((ROOT / "tests").glob("*/*/package-lock.json"))


def test_every_lock_is_looked_at() -> None:
    names = {lock.relative_to(ROOT).parts[:-1] for lock in LOCKS}
    assert names == {(), ("tests", "tools"), ("tests", "tools", "older_mermaid"), ("tests", "github", "emulate")}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_names_no_address(lock: Path) -> None:
    assert [line for line in lock.read_text(encoding="utf-8").splitlines() if "://" in line] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_has_hashes(lock: Path) -> None:
    assert "sha512-" in lock.read_text(encoding="utf-8") or "--hash=sha256:" in lock.read_text(encoding="utf-8")
