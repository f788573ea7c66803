"""The package as it is handed on: built from a copy of the sources, unpacked elsewhere, run far from any checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.command import PATIENCE

ROOT = Path(__file__).parents[2]
SOURCES = ("flows", "schemas", "inputs", "pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE")
CACHES = ("__pycache__", "*.egg-info")


def tool(*arguments: object, within: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=within,
        env={**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with the tools of the lock and no network, beside a county that has nothing to do in a package."""
    source = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns(*CACHES))
        else:
            shutil.copy(ROOT / name, source / name)
    for own in ("geheim/programme.toml", "law/eigene/minijob_threshold.csv"):
        (source / "inputs" / own).parent.mkdir(exist_ok=True)
        (source / "inputs" / own).write_text("x", encoding="utf-8")
    built = tool("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", source / "dist", ".", within=source)
    assert built.returncode == 0, built.stderr
    (found,) = (source / "dist").glob("*.whl")
    return found


class Installed:
    """The package in a folder of its own; the libraries are those of this environment."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self.site, self.here = folder / "site", folder / "hier"
        self.here.mkdir()
        done = tool("-m", "pip", "install", "--no-deps", "--quiet", "--target", self.site, wheel, within=folder)
        assert done.returncode == 0, done.stderr

    def __call__(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        code = f"import flows; assert flows.__file__.startswith({str(self.site)!r}); from flows.cli import main; main()"
        return tool(
            "-c",
            code,
            *arguments,
            within=self.here,
            PYTHONPATH=str(self.site),
            PLACEMENT_PREMIUM_HOME="",
            COLUMNS="100",
        )


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(wheel, tmp_path_factory.mktemp("installed"))


def test_it_holds_code_templates_law_and_samples_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}
    code = {
        path.relative_to(ROOT).as_posix()
        for room in ("flows", "schemas")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = {
        f"flows/shipped/{path.relative_to(ROOT / 'inputs').as_posix()}"
        for part in ("law", "dueren", "mittelsachsen")
        for path in (ROOT / "inputs" / part).rglob("*")
        if path.is_file()
    }
    assert len(shipped) > 250
    assert held == code | shipped


def test_a_server_s_driver_comes_only_where_it_is_asked_for(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (metadata,) = (packed.read(name).decode() for name in packed.namelist() if name.endswith("/METADATA"))
    wants = [line for line in metadata.splitlines() if line.startswith("Requires-Dist: psycopg")]
    assert wants == ['Requires-Dist: psycopg[binary]>=3.3; extra == "postgres"']


def test_it_tells_its_version_and_shows_the_law_where_nothing_else_is(installed: Installed) -> None:
    assert installed("--version").stdout.startswith(f"placement-premium {version('placement-premium')} (Python 3.")
    law = installed("law", "2025-01-01")
    assert law.returncode == 0, law.stderr
    assert "0,80 € je Stunde" in law.stdout
    assert not list(installed.here.iterdir())


def test_a_county_begins_with_it_and_gets_its_first_documents(installed: Installed) -> None:
    begun = installed("init", "Kreis ä", "--from", "mittelsachsen")
    assert begun.returncode == 0, begun.stderr
    county = installed.here / "Kreis ä"
    samples = installed.site / "flows/shipped/mittelsachsen/returns/2024-12"
    shutil.copytree(samples, county / "inputs/mittelsachsen/returns/2024-12", dirs_exist_ok=True)
    assert installed("programme", "check", "--home", county).returncode == 0
    assert installed("forms", "2024-12", "--home", county).returncode == 0
    drafted = installed("settle", "2024-12", "--home", county, "--by", "Eva", "--direct")
    assert drafted.returncode == 0, drafted.stderr
    approved = installed("approve", "2024-12", "--home", county, "--by", "Frida", "--date", "2025-01-15", "--direct")
    assert "11 Abrechnungen über zusammen 210,10 €" in approved.stdout, approved.stderr  # as the README tells
    assert installed("verify", "--home", county).returncode == 0
