"""What a sender writes reaches a console that does not know every letter; it never ends a run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.broken.forms import faultless
from tests.broken.programmes import COMPLETE

COMMAND = Path(sys.executable).with_name("placement-premium")


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "utf-8"])
def test_a_letter_that_the_console_does_not_know_is_replaced(encoding: str, tmp_path: Path) -> None:
    """A check mark in a heading and in a file name; and a file name that is not valid text where the disk allows it."""
    inputs = tmp_path / "inputs"
    (inputs / "probe").mkdir(parents=True)
    (inputs / "probe" / "programme.toml").write_text(COMPLETE, encoding="utf-8")
    (inputs / "law").symlink_to(Path(__file__).parents[2] / "inputs" / "law")
    sent = faultless().put({"Leistungen!H5": "viel", "Leistungen!N4": "geprüft ✓"})
    file = os.fsencode(tmp_path) + "/Meldung ✓ ".encode() + b"\xfc.xlsx"
    try:
        Path(os.fsdecode(file)).write_bytes(sent.content)
    except OSError:  # a disk that takes only valid names
        file = os.fsencode(tmp_path) + "/Meldung ✓.xlsx".encode()
        Path(os.fsdecode(file)).write_bytes(sent.content)
    command = [COMMAND, "check", file, "--inputs", inputs, "--outputs", tmp_path / "outputs"]
    run = subprocess.run(
        command, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False, timeout=120
    )
    said = run.stdout.decode(encoding)
    assert (run.returncode, run.stderr) == (1, b""), run.stderr.decode(encoding)
    assert "Fehler C02" in said
    assert "0 von 1 Meldung ohne Fehler" in said
    findings = (tmp_path / "outputs" / "probe" / "check" / "findings.csv").read_text(encoding="utf-8")
    assert "geprüft ✓" in findings
