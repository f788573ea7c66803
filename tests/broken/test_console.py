"""What a sender writes reaches a console that does not know every letter; it never ends a run."""

import os
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.broken.forms import faultless
from tests.broken.programmes import COMPLETE
from tests.command import EXECUTABLE, PATIENCE
from tests.golden.office import Office
from tests.golden.sums import statement_total


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
    command = [EXECUTABLE, "check", file, "--inputs", inputs, "--outputs", tmp_path / "outputs"]
    run = subprocess.run(
        command, env=os.environ | {"PYTHONIOENCODING": encoding}, capture_output=True, check=False, timeout=PATIENCE
    )
    said = run.stdout.decode(encoding)
    assert (run.returncode, run.stderr) == (1, b""), run.stderr.decode(encoding)
    assert "Fehler C02" in said
    assert "0 von 1 Meldung ohne Fehler" in said
    findings = (tmp_path / "outputs" / "probe" / "check" / "findings.csv").read_text(encoding="utf-8")
    assert "geprüft ✓" in findings


def test_a_return_whose_name_is_no_text_settles_like_every_other(tmp_path: Path) -> None:
    """Freiberg's December, 66.25 h × 0.80 = 53.00, in a file whose name is not valid UTF-8."""
    office = Office.opened(tmp_path, "mittelsachsen", {"14522180": "Freiberg"})
    folder = office.inputs / "returns/2024-12"
    try:
        (folder / "Freiberg_2024-12.xlsx").rename(os.fsdecode(os.fsencode(folder) + b"/M\xe4rz \xff.xlsx"))
    except OSError:
        pytest.skip("this disk takes only names that are valid text")
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    assert statement_total(office.statement("14522180", "2024-12")) == Decimal("53.00")


def test_a_reader_that_has_gone_is_told_of_in_one_sentence() -> None:
    """`placement-premium law | head`, whose reader stops before anything is written."""
    gone, output = os.pipe()
    os.close(gone)
    try:
        run = subprocess.run([EXECUTABLE, "law"], stdout=output, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
    finally:
        os.close(output)
    assert run.returncode == 2
    assert run.stderr.decode() == "Die Ausgabe wird nicht mehr gelesen. Freigegeben oder gebucht wurde dabei nichts.\n"
