"""A month where offices keep their data: behind a proxy, on a console of Windows, beside inputs that cannot be written, at the end of a long path."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.command import EXECUTABLE, PATIENCE, Answer, contents
from tests.web.http import county

MONTH = "2024-12"
NOWHERE = "http://127.0.0.1:9"
PROXY = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"), NOWHERE)
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'


def made(folder: Path) -> Path:
    """A county's folder with the returns of its first month."""
    folder.mkdir(parents=True, exist_ok=True)
    inputs, _ = county(folder)
    shutil.copytree(f"inputs/mittelsachsen/returns/{MONTH}", inputs / f"mittelsachsen/returns/{MONTH}")
    return folder


def done(home: Path, *arguments: str, before: tuple[str, ...] = (), **environment: str) -> Answer:
    """A command in a process of its own, as bytes come out of it."""
    answer = subprocess.run(
        [*before, EXECUTABLE, *arguments, "--home", home],
        env=os.environ | environment,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    encoding = environment.get("PYTHONIOENCODING", "utf-8").split(":")[0]
    return Answer(answer.returncode, answer.stdout.decode(encoding), answer.stderr.decode(encoding))


def month(home: Path, before: tuple[str, ...] = (), **environment: str) -> dict[str, str]:
    """Drafted, approved and checked; the month's documents."""
    for command in (
        ("settle", MONTH, "--by", "Eva Beispiel"),
        ("approve", MONTH, "--by", "Frida Beispiel", "--date", "2025-01-15"),
        ("verify",),
        ("status",),
    ):
        answer = done(home, *command, before=before, **environment)
        assert (answer.code, answer.err) == (0, ""), answer
    return contents(home / "outputs/mittelsachsen" / MONTH)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The documents where nothing is in the way."""
    return month(made(tmp_path_factory.mktemp("kreis")))


def test_behind_a_proxy_that_leads_nowhere(elsewhere: dict[str, str], tmp_path: Path) -> None:
    assert month(made(tmp_path / "kreis"), **PROXY) == elsewhere


def test_on_a_console_that_knows_no_arrows(elsewhere: dict[str, str], tmp_path: Path) -> None:
    """Windows redirects in its own code page; what it lacks is replaced, and nothing breaks off."""
    home = made(tmp_path / "kreis")
    assert month(home, PYTHONIOENCODING="cp1252", PYTHONUTF8="0", LC_ALL="C") == elsewhere
    asked = ("explain", "FG-1050", "--month", MONTH)
    told = done(home, *asked, PYTHONIOENCODING="cp1252", PYTHONUTF8="0")
    usual = done(home, *asked, PYTHONIOENCODING="utf-8")
    assert "→" in usual.out
    assert told == (0, usual.out.encode("cp1252", "replace").decode("cp1252"), "")
    assert "§" in done(home, "law", PYTHONIOENCODING="cp1252").out


def test_beside_inputs_that_cannot_be_written(elsewhere: dict[str, str], tmp_path: Path) -> None:
    home = made(tmp_path / "kreis")
    alone = ("unshare", "-m", "sh", "-c", READ_ONLY, str(home / "inputs"))
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("mounting needs rights that this account does not have")
    assert month(home, alone) == elsewhere
    packed = home / "inputs/mittelsachsen/returns/2025-01"
    packed.mkdir()
    shutil.make_archive(str(packed / "Meldungen"), "zip", f"inputs/mittelsachsen/returns/{MONTH}")
    answer = done(home, "settle", "2025-01", "--by", "Eva Beispiel", before=alone)
    assert (answer.code, answer.err) == (1, "")
    assert (
        "„Meldungen.zip“ wurde nicht ganz ausgepackt (der Ordner lässt sich nicht beschreiben). Bitte von Hand auspacken, "
        "oder den Absender um die Meldungen selbst bitten."
    ) in answer.out


def test_at_the_end_of_a_path_of_three_hundred_characters(elsewhere: dict[str, str], tmp_path: Path) -> None:
    """With blanks, umlauts and what shells take for something else."""
    deep = tmp_path
    while len(str(deep)) < 300:
        deep = deep / "Amt für Soziales & Integration (Zimmer 3 ½) 100 %"
    assert month(made(deep)) == elsewhere
