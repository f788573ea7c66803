"""What whoever installs, updates or tidies up may rely on: which Python, which version, and that no data go."""

import platform
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.command import PATIENCE, call

ROOT = Path(__file__).parents[2]
MAKEFILE = ROOT / "Makefile"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """make, in a folder that holds nothing of this house but its Makefile."""
    shutil.copy(MAKEFILE, folder / "Makefile")
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False)


def filled(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x", encoding="utf-8")


def test_clean_takes_what_can_be_made_again_and_leaves_every_file_that_cannot(tmp_path: Path) -> None:
    kept = (
        "outputs/kreis/ledger.db",
        "outputs/kreis/ledger-identity.json",
        "outputs/kreis/archive/0a.xlsx",
        "outputs/kreis/2025-01/Finanzuebersicht-2025-01.xlsx",
        "outputs/.gitkeep",
        "inputs/kreis/programme.toml",
        "inputs/kreis/returns/2025-01/Meldung.xlsx",
        "flows/cli.py",
        "schemas/law.py",
        "tests/command.py",
    )
    made = (
        ".venv/installed",
        ".mypy_cache/x",
        ".pytest_cache/x",
        "build/lib/x",
        "dist/x.whl",
        "placement_premium.egg-info/x",
        "flows/ledger/__pycache__/x.pyc",
    )
    filled(tmp_path, *kept, *made)
    done = make(tmp_path, "clean")
    assert done.returncode == 0, done.stderr
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {"Makefile", *kept}


@pytest.mark.parametrize("found", [(3, 10), (3, 15)])
def test_another_python_is_refused_in_a_sentence_that_names_what_fits(tmp_path: Path, found: tuple[int, int]) -> None:
    python = tmp_path / "python"
    python.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'import sys; sys.version_info = ({found[0]}, {found[1]}, 0); exec(sys.argv[2])' \"$@\"\n"
    )
    python.chmod(0o755)
    filled(tmp_path, "requirements-dev.lock", "pyproject.toml")
    done = make(tmp_path, "install", f"PYTHON={python}")
    assert done.returncode != 0
    told = done.stderr.splitlines()[0]
    assert told == (
        f"placement-premium braucht Python 3.11 bis 3.14; gefunden wurde Python {found[0]}.{found[1]}. "
        "Bitte eines davon installieren und nennen, zum Beispiel: make install PYTHON=python3.13"
    )
    assert not (tmp_path / ".venv").exists()


def test_makefile_and_package_ask_for_the_same_python() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    bounds = re.search(r"\((\d), (\d+)\) <= sys.version_info\[:2\] < \((\d), (\d+)\)", MAKEFILE.read_text("utf-8"))
    assert bounds is not None
    assert wanted == f">={bounds[1]}.{bounds[2]},<{bounds[3]}.{bounds[4]}"


def test_the_version_names_program_and_python() -> None:
    answer = call("--version")
    assert answer == (0, f"placement-premium {version('placement-premium')} (Python {platform.python_version()})\n", "")
    assert "Die Version dieses Programms und die von Python zeigen." in call("--help").out
