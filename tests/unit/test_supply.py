"""The locks: what the product runs on apart from what checks it, and nothing in them that an advisory names."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-cluster.lock", "requirements-dev.lock", "tests/bench/requirements.lock")
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9_.-]+")


def pins(lock: str) -> dict[str, set[str]]:
    """Package → its versions; some have one for each version of Python."""
    found: dict[str, set[str]] = {}
    for name, version in _PIN.findall((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def wanted(group: str | None = None) -> set[str]:
    """The packages that pyproject.toml names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] if group is None else project["optional-dependencies"][group]
    return {_NAME.match(line)[0].lower() for line in lines}  # type: ignore[index]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_holds_what_an_advisory_names(lock: str) -> None:
    noted = tomllib.loads((ROOT / "docs/advisories.toml").read_text(encoding="utf-8"))
    assert noted["advisory"]
    assert all(entry["noted_on"] <= noted["looked_through_on"] for entry in noted["advisory"])
    held = pins(lock)
    concerned = [
        f"{entry['package']} {version}: {entry['id']}, mended in {entry['fixed']}"
        for entry in noted["advisory"]
        for version in held.get(entry["package"], ())
        if Version(version) < Version(entry["fixed"])
    ]
    assert not concerned


def test_the_product_runs_without_what_only_checks_it() -> None:
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runtime.keys() >= wanted() | wanted("postgres") | wanted("install")
    assert development.keys() >= wanted() | wanted("postgres") | wanted("dev")
    assert runtime.items() <= development.items()  # the same versions, so that what is tested is what runs
    assert not runtime.keys() & {
        "pytest",
        "hypothesis",
        "mypy",
        "ruff",
        "import-linter",
        "playwright",
        "pikepdf",
        "numpy",
    }
    assert all(Version(version) >= Version("6.1.3") for version in runtime["lxml"])


def test_what_is_hardly_maintained_is_named_as_it_is_locked() -> None:
    runtime = pins("requirements.lock")
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| ([0-9][^ ]*) \|", (ROOT / "docs/supply.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert rows
    assert [row for row in rows if row[1] not in runtime.get(row[0], ())] == []
