"""The package for machines without the internet: what goes into it for whom, that it is whole, and what its scripts say.

An installation from it where there is no network, with a county's first month, is `python -m bundle.trial`.
"""

import hashlib
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from bundle.__main__ import LIST, _list_digests, _pack
from bundle.licences import listing, read_part
from bundle.lock import LINUX, PYTHONS, WINDOWS, Machine, needed

ROOT = Path(__file__).parents[2]
PARTS = ROOT / "bundle/parts"
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def names(machine: Machine, python: str) -> set[str]:
    return {re.split(r"[=\[]", entry)[0] for entry in needed(LOCK, machine, python)}


def test_each_machine_gets_what_the_lock_says_of_it() -> None:
    """By the lock: pendulum below 3.13, pywin32 under Windows, importlib-resources below 3.12."""
    assert {"pendulum", "importlib-resources", "polars"} <= names(LINUX, "3.11")
    assert not {"pywin32"} & names(LINUX, "3.11")
    assert {"pywin32", "tzdata", "polars"} <= names(WINDOWS, "3.14")
    assert not {"pendulum", "importlib-resources"} & names(WINDOWS, "3.14")
    assert all(
        re.fullmatch(r"\S+==\S+( --hash=sha256:[0-9a-f]{64})+", entry) for entry in needed(LOCK, WINDOWS, "3.12")
    )


def test_it_is_for_every_python_that_the_program_is_for() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    first, beyond = (int(minor) for minor in re.fullmatch(r">=3\.(\d+),<3\.(\d+)", wanted).groups())  # type: ignore[union-attr]
    assert tuple(f"3.{minor}" for minor in range(first, beyond)) == PYTHONS


def wheel(folder: Path, name: str, metadata: str, **texts: str) -> Path:
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}\nVersion: 1.0\n{metadata}\n")
        for file, text in texts.items():
            packed.writestr(f"{name}-1.0.dist-info/licenses/{file}", text)
    return path


def test_licences_are_those_that_the_parts_state(tmp_path: Path) -> None:
    stated = wheel(tmp_path, "neu", "License-Expression: MIT", LICENSE="Permission is hereby granted")
    older = wheel(tmp_path, "alt", "License: whole text\nClassifier: License :: OSI Approved :: BSD License")
    silent = wheel(tmp_path, "still", "Summary: x", COPYING="free")
    told = list(listing(map(read_part, (stated, older, silent))))
    assert told[2:5] == [
        "alt 1.0: OSI Approved :: BSD License",
        "neu 1.0: MIT",
        "still 1.0: nicht angegeben, siehe Text",
    ]
    assert "Permission is hereby granted" in told and "neu 1.0 · LICENSE" in told and "free" in told


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package's folder with the real scripts and nothing to install."""
    folder = tmp_path / "placement-premium-0-linux"
    (folder / "pakete").mkdir(parents=True)
    for part in (*PARTS.glob("linux/*"), PARTS / "pruefen.py"):
        shutil.copy(part, folder)
    (folder / "requirements.lock").write_text("", encoding="utf-8")
    (folder / "pakete/etwas.whl").write_bytes(b"etwas")
    (folder / "versionen.txt").write_text(f"{sys.version_info[0]}.{sys.version_info[1]}\n", encoding="utf-8")
    _list_digests(folder)
    return folder


def checked(folder: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, folder / "pruefen.py"], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_whole_package_passes_and_one_that_is_not_names_the_file(package: Path) -> None:
    assert checked(package) == (0, "")
    (package / "pakete/etwas.whl").write_bytes(b"etwas anderes")
    (package / "requirements.lock").unlink()
    assert checked(package) == (
        1,
        (
            "Das Paket ist nicht vollständig: pakete/etwas.whl ist verändert; requirements.lock fehlt. Bitte noch einmal "
            "herunterladen oder kopieren.\n"
        ),
    )


def test_another_python_is_named_with_those_that_fit(package: Path) -> None:
    (package / "versionen.txt").write_text("3.8 3.9\n", encoding="utf-8")
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert checked(package) == (1, f"Dieses Paket braucht Python 3.8 oder 3.9; gefunden wurde Python {here}.\n")


def test_the_same_parts_are_packed_to_the_same_bytes_with_scripts_that_can_be_run(package: Path) -> None:
    made = [
        hashlib.sha256(_pack(package, package.parent / f"{number}.zip").read_bytes()).hexdigest() for number in (1, 2)
    ]
    assert made[0] == made[1]
    with zipfile.ZipFile(package.parent / "1.zip") as packed:
        modes = {entry.filename.split("/", 1)[1]: entry.external_attr >> 16 for entry in packed.infolist()}
    assert all(bool(mode & stat.S_IXUSR) == name.endswith(".sh") for name, mode in modes.items())
    assert {LIST, "einrichten.sh", "starten.sh", "pruefen.py"} <= set(modes)


@pytest.mark.skipif(sys.platform == "win32", reason="scripts of Linux")
def test_the_scripts_say_what_is_missing(package: Path) -> None:
    def said(script: str, **environment: str) -> tuple[int, str]:
        known = {"PATH": "/usr/bin:/bin", **environment}
        done = subprocess.run(["/bin/sh", package / script], env=known, capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    assert said("einrichten.sh", PYTHON="gibtsnicht") == (
        2,
        "Es fehlt Python 3.11 bis 3.14 (gibtsnicht wurde nicht gefunden). Bitte von der Systemverwaltung einrichten lassen.\n",
    )
    assert said("starten.sh") == (
        2,
        "Das Programm ist noch nicht eingerichtet. Bitte zuerst ./einrichten.sh starten.\n",
    )
    (package / "pakete/etwas.whl").unlink()
    code, told = said("einrichten.sh", PYTHON=sys.executable)
    assert code != 0 and told.startswith("Das Paket ist nicht vollständig: pakete/etwas.whl fehlt.")
    assert not (package / "programm").exists()


def test_windows_scripts_have_the_line_ends_that_labels_need() -> None:
    for script in (PARTS / "windows").glob("*.bat"):
        content = script.read_bytes()
        assert content.count(b"\n") == content.count(b"\r\n") > 10, script.name
        labels = set(re.findall(rb"^:(\w+)\r$", content, re.MULTILINE))
        assert labels >= set(re.findall(rb"goto (\w+)", content)), script.name
