"""Builds the packages: wheels of the lock for each machine and Python, scripts, handbook, licences, and a list of digests."""

import argparse
import hashlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from bundle.licences import listing, read_part
from bundle.lock import MACHINES, PYTHONS, Machine, needed

ROOT = Path(__file__).parents[1]
PARTS = Path(__file__).with_name("parts")
LIST = "SHA256SUMS"
_TIME = (1980, 1, 1, 0, 0, 0)  # the same parts give the same bytes


def build(machine: Machine, pythons: list[str], wheel: Path, target: Path) -> Path:
    """A package as one ZIP file in the target folder."""
    version = wheel.name.split("-")[1]
    name = f"placement-premium-{version}-{machine.name}"
    with tempfile.TemporaryDirectory() as beside:
        folder = Path(beside, name)
        packages = folder / "pakete"
        packages.mkdir(parents=True)
        lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
        for python in pythons:
            _download(list(needed(lock, machine, python)), machine, python, packages)
        shutil.copy(wheel, packages)
        (folder / "requirements.lock").write_text(lock, encoding="utf-8", newline="\n")
        for part in (*PARTS.glob(f"{machine.name}/*"), *PARTS.glob("*.*")):
            shutil.copy(part, folder)
        shutil.copy(ROOT / "flows/web/static/handbuch/handbuch.pdf", folder / "Handbuch.pdf")
        shutil.copy(ROOT / "LICENSE", folder / "LICENSE.txt")
        shutil.copytree(ROOT / "docs/vorlagen", folder / "vorlagen")
        licences = "\n".join(listing(map(read_part, packages.glob("*.whl")))) + "\n"
        (folder / "LIZENZEN.txt").write_text(licences, encoding="utf-8", newline="\n")
        (folder / "versionen.txt").write_text(" ".join(pythons) + "\n", encoding="utf-8")
        _list_digests(folder)
        return _pack(folder, target / f"{name}.zip")


def _download(entries: list[str], machine: Machine, python: str, packages: Path) -> None:
    """The wheels of these entries, each compared with its hash; an entry without one for the machine ends the building."""
    with tempfile.TemporaryDirectory() as beside:
        wanted = Path(beside, "wanted.txt")
        wanted.write_text("\n".join(entries) + "\n", encoding="utf-8")
        tags = [option for tag in machine.tags for option in ("--platform", tag)]
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--require-hashes", "--python-version", python, "--implementation", "cp"]
        subprocess.run([*command, *tags, "--dest", packages, "--requirement", wanted], check=True)


def _list_digests(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}" for path in files
    ]
    (folder / LIST).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _pack(folder: Path, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(part, "w") as packed:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", _TIME)
            mode = 0o755 if file.suffix == ".sh" else 0o644
            entry.external_attr = (stat.S_IFREG | mode) << 16
            entry.compress_type = zipfile.ZIP_STORED if file.suffix == ".whl" else zipfile.ZIP_DEFLATED
            packed.writestr(entry, file.read_bytes())
    part.replace(path)
    return path


def _built(target: Path) -> Path:
    """The wheel that `make wheel` has just built."""
    found = sorted(target.glob("placement_premium-*.whl"))
    if len(found) != 1 or not re.fullmatch(r"placement_premium-[^-]+-py3-none-any\.whl", found[0].name):
        sys.exit(f"{target} holds no single wheel of placement-premium: make wheel")
    return found[0]


def main() -> None:
    """Build what the options name."""
    asked = argparse.ArgumentParser(prog="python -m bundle", description=__doc__)
    asked.add_argument("--machine", choices=MACHINES, action="append", help="both, unless one is named")
    asked.add_argument("--python", choices=PYTHONS, action="append", help="all that are supported, unless one is named")
    asked.add_argument("--to", type=Path, default=ROOT / "dist", help="the folder with the wheel of `make wheel`")
    given = asked.parse_args()
    wheel = _built(given.to)
    for name in given.machine or MACHINES:
        made = build(MACHINES[name], given.python or list(PYTHONS), wheel, given.to)
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        print(f"{digest}  {made.name}  ({made.stat().st_size / 1e6:.0f} MB)")  # noqa: T201  # to whoever builds


if __name__ == "__main__":
    main()
