"""Erasing a year with the command: the dry run, what is left on the drive, a crash in between, and what is refused."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from flows import office
from flows.collect import written_certificates
from flows.location import find_location
from tests.command import Answer, call, contents, day_is


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """December 2024 and January 2025 of Mittelsachsen approved, 2024 closed."""
    folder = tmp_path_factory.mktemp("erasing")
    for month, day in (("2024-12", "2025-01-15"), ("2025-01", "2025-02-15")):
        assert say(folder, "settle", month, "--direct", "--by", "Eva").code == 0
        assert say(folder, "approve", month, "--by", "Frida", "--date", day).code == 0
    assert say(folder, "close", "2024", "--by", "Eva").code == 0
    return folder


def say(outputs: Path, *arguments: str) -> Answer:
    return call(*arguments, "--programme", "mittelsachsen", "--outputs", outputs)


LATER = date(2036, 1, 10)  # December 2024 was approved in 2025 and is kept for ten years after it


def erase(outputs: Path, *arguments: str, by: str = "Eva") -> Answer:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.clock.date", day_is(LATER))
        return say(outputs, "erase", "--by", by, *arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--before", "2040"], "liegt in der Zukunft"),
        (["--before", "2026"], "Das Jahr 2025 ist nicht abgeschlossen"),
        (["--before", "2024"], "gibt es keine Falldaten zu löschen"),
        (["--before", "2025", "--by", " "], "--by den Namen"),
    ],
)
def test_what_may_not_be_erased_is_refused_in_one_sentence(outputs: Path, arguments: list[str], words: str) -> None:
    answer = erase(outputs, *arguments, "--confirm")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert words in answer.err


def test_retention_counts_on_the_day_of_the_erasure_and_no_later_one(outputs: Path) -> None:
    early = erase(outputs, "--before", "2025", "--date", "31.12.2035")
    assert (early.code, early.err.count("\n")) == (2, 1)
    assert "sind noch aufzubewahren" in early.err
    assert "Gelöscht werden kann ab dem 01.01.2036." in early.err
    ahead = erase(outputs, "--before", "2025", "--date", "11.01.2036")
    assert "Das Datum 11.01.2036 liegt in der Zukunft" in ahead.err


def test_without_a_stated_retention_nothing_is_erased(outputs: Path, tmp_path: Path) -> None:
    shutil.copytree("inputs/law", tmp_path / "law")
    (tmp_path / "mittelsachsen").mkdir()
    text = Path("inputs/mittelsachsen/programme.toml").read_text(encoding="utf-8")
    stated = re.sub(r"\[retention\].*\nyears = 10\n", "", text)
    (tmp_path / "mittelsachsen/programme.toml").write_text(stated, encoding="utf-8")
    answer = erase(outputs, "--before", "2025", "--inputs", str(tmp_path))
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "Bitte dort unter [retention] mit years" in answer.err


def test_who_erases_must_be_named(outputs: Path) -> None:
    answer = say(outputs, "erase", "--before", "2025")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert "--by" in answer.err


def test_a_year_is_shown_then_erased_and_the_rest_goes_on(
    outputs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = outputs / "mittelsachsen"
    before = contents(own / "2025-01")
    loose = own / "archive" / f"{'ab' * 32}.xlsx"  # of a draft that was made anew
    forms, checked, note = own / "2025-02-Formulare", own / "check", own / "check/Notiz.txt"
    assert say(outputs, "forms", "2025-02").code == 0
    loose.write_bytes(b"Fall")
    archived = len(list((own / "archive").iterdir()))
    checked.mkdir()
    (checked / "findings.csv").write_text("Fall", encoding="utf-8")
    note.write_text("Fall", encoding="utf-8")
    shown = erase(outputs, "--before", "2025")
    assert (shown.code, shown.err) == (0, "")
    number_of_forms = len(list(forms.iterdir()))
    assert f"Archiviertes ohne Meldung): {number_of_forms + 2} Dateien" in shown.out
    assert f"bitte selbst ansehen: {note}." in shown.out
    assert "gelöscht ist noch nichts" in shown.out
    assert "15 archivierte Dateien" in shown.out  # the 15 returns of December
    assert "--confirm --programme mittelsachsen" in shown.out
    assert "(zweite Person); das ist endgültig." in shown.out
    assert "hat Eva vorgemerkt" in erase(outputs, "--before", "2025", "--confirm").err
    assert len(list((own / "archive").iterdir())) == archived
    with monkeypatch.context() as patch:
        patch.setattr(office, "remove", _interrupt)
        interrupted = erase(outputs, "--before", "2025", "--confirm", by="Frida")
        assert interrupted.code == 3
        assert (
            "Die Falldaten vor 2025 sind gelöscht; Dateien, die sie zeigen, entfernt der nächste Befehl"
            in interrupted.err
        )
    assert len(list((own / "archive").iterdir())) == archived  # the transaction is done, the files are still there
    mended = say(outputs, "verify")
    assert (mended.code, mended.out) == (0, "Geprüft: 2 freigegebene Monate, alles stimmt.\n")
    assert "Dateien mit gelöschten Falldaten entfernt" in mended.err
    assert len(list((own / "archive").iterdir())) == archived - 15 - 1  # with the returns of December the loose one
    assert (loose.exists(), forms.exists(), [path.name for path in checked.iterdir()]) == (False, False, ["Notiz.txt"])
    note.unlink()
    left = {path.name.split("-")[0] for path in (own / "2024-12").rglob("*") if path.is_file()}
    assert left == {"AGH", "Buchungen"}  # e-invoices with their copies, and the booking list
    assert contents(own / "2025-01") == before
    number = min(path.stem for path in (own / "2024-12").glob("Kommunen/14522180-*/AGH-*.xml"))
    status = say(outputs, "status").out
    assert "freigegeben, Falldaten gelöscht" in status
    assert "210,10 €" in status  # the sum of December, as before
    for refused, words in (
        (("emit", "2024-12"), "Die Falldaten für Dezember 2024 sind gelöscht"),
        (("explain", "FG-001", "--month", "2024-12"), "Die Falldaten für Dezember 2024 sind gelöscht"),
        (("certificates", "2024-12"), "Die Falldaten für Dezember 2024 sind gelöscht"),
        (("forms", "2024-12"), "Die Falldaten für Dezember 2024 sind gelöscht"),
        (("adjust", "14522180", "1,00", "--month", "2024-12", "--reason", "R", "--voucher", "V", "--by", "Eva"), "Bitte einen Monat ab Januar 2025 nennen."),
        (("cancel", number, "--reason", "R", "--by", "Eva"), "ein Storno ist deshalb nicht möglich. Eine Berichtigung bitte von Hand buchen: „placement-premium adjust"),
        (("report", "2024-Q4", "--direct"), "Die Falldaten für Dezember 2024 sind gelöscht"),
        (("close", "--reopen", "2024", "--reason", "Prüfung", "--by", "Eva"), "nicht wieder öffnen"),
    ):  # fmt: skip
        answer = say(outputs, *refused)
        assert (answer.code, answer.err.count("\n")) == (2, 1), refused
        assert words in answer.err
    certified = written_certificates(find_location(Path("inputs"), outputs, "mittelsachsen"))
    assert {month: each.hindrance is None for month, each in certified.items()} == {"2025-01": True, "2024-12": False}
    assert say(outputs, "settle", "2025-02", "--direct", "--by", "Eva").code == 0
    backed_up = say(outputs, "backup", "--to", str(tmp_path / "s.zip"))
    assert "deren Falldaten gelöscht sind, für Dezember 2024." in backed_up.out  # nothing can write them again
    restored = call("restore", tmp_path / "s.zip", "--to", tmp_path / "kreis")
    assert (restored.code, restored.err) == (0, "")
    assert "Unterlagen neu geschrieben: Januar 2025, Februar 2025." in restored.out
    for month in ("2024-12", "2025-01", "2025-02"):
        assert contents(tmp_path / "kreis/outputs/mittelsachsen" / month) == contents(own / month)


def _interrupt(files: list[Path]) -> None:
    raise KeyboardInterrupt
