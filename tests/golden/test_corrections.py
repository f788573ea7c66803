"""A month with faulty returns: each gets its correction workbook, settled and checked, the rest goes ahead."""

import html
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.command import call, contents, day_is

MONTH = "2024-12"
FAULTY = "Freiberg_2024-12.xlsx"
CORRECTION = "14522180-Freiberg_2024-12.xlsx"
NAME = "Erika Mustermann"  # typed in place of a case number


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """December 2024: Freiberg's hours of FG-01 are no number, a name stands for a case, and one file is no workbook."""
    folder = tmp_path_factory.mktemp("corrections")
    shutil.copytree("inputs/law", folder / "inputs/law")
    shutil.copytree("inputs/mittelsachsen", folder / "inputs/mittelsachsen")
    returns = folder / "inputs/mittelsachsen/returns" / MONTH
    book = openpyxl.load_workbook(returns / FAULTY)
    book["Arbeitsgelegenheiten"]["G5"] = "viele"
    book["Arbeitsgelegenheiten"]["D6"] = NAME
    book.save(returns / FAULTY)
    (returns / "Notiz.xls").write_bytes(b"keine Mappe")
    where = ("--inputs", folder / "inputs", "--outputs", folder / "outputs")
    answer = call("settle", MONTH, "--direct", "--by", "Eva", *where)
    assert answer.code == 1
    assert NAME not in answer.out + answer.err
    return folder


def settled(place: Path) -> Path:
    return place / "outputs/mittelsachsen" / MONTH


def test_every_held_back_return_has_its_correction_workbook(place: Path) -> None:
    names = sorted(path.name for path in (settled(place) / "Korrekturen").iterdir())
    assert names == [CORRECTION, "unbekannt-Notiz.xlsx"]
    book = openpyxl.load_workbook(settled(place) / "Korrekturen" / CORRECTION)
    assert book.active.title == "Prüfprotokoll"
    assert book["Prüfprotokoll"]["A6"].hyperlink.location == "'Arbeitsgelegenheiten'!G5"
    cell = book["Arbeitsgelegenheiten"]["G5"]
    assert (cell.value, cell.fill.start_color.rgb) == ("viele", "00F5A9A9")
    assert cell.comment.text.startswith("Fehler C02: „viele“ in „Stunden“ ist keine Zahl.")
    alone = openpyxl.load_workbook(settled(place) / "Korrekturen/unbekannt-Notiz.xlsx")
    assert alone.sheetnames == ["Prüfprotokoll"]


def test_the_protocol_says_by_when_and_whom_to_ask(place: Path) -> None:
    """The programme file says both: returns are due on the 10th of the following month, the county's cash office answers."""
    folder = settled(place) / "Korrekturen"
    known, unknown = (
        openpyxl.load_workbook(folder / name)["Prüfprotokoll"]["A4"].value
        for name in (CORRECTION, "unbekannt-Notiz.xlsx")
    )
    rest = (
        "Ist er schon vorbei, senden Sie die Meldung bitte trotzdem bald; sie wird dann mit der nächsten Abrechnung "
        "berücksichtigt. Fragen beantwortet: Landkreis Mittelsachsen, Kreiskasse · Telefon 030 23125 100 · "
        "kreiskasse@mittelsachsen.example"
    )
    assert known == f"Abgabetermin für Dezember 2024 ist der 10.01.2025. {rest}"
    assert unknown == f"Abgabetermin ist jeweils der 10. des Folgemonats. {rest}"


def test_no_date_is_named_for_a_month_that_is_in_doubt(place: Path, tmp_path: Path) -> None:
    """Nobody can tell when the return of a month outside the programme is due, least of all one after every calendar."""
    book = openpyxl.load_workbook("inputs/mittelsachsen/returns/2025-01/Penig_2025-01.xlsx")
    label = next(cell for row in book["Deckblatt"].iter_rows() for cell in row if cell.value == "Meldemonat")
    for month in ("9999-12", "0001-01"):
        label.offset(0, 1).value = month
        book.save(tmp_path / f"{month}.xlsx")
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs", "--to", tmp_path / "geprüft")
    assert call("check", *sorted(tmp_path.glob("*.xlsx")), *where).code == 1
    protocols = [openpyxl.load_workbook(path)["Prüfprotokoll"] for path in (tmp_path / "geprüft").glob("*.xlsx")]
    assert [protocol["A4"].value.partition(". Ist")[0] for protocol in protocols] == [
        "Abgabetermin ist jeweils der 10. des Folgemonats"
    ] * 2


def text_of(path: Path) -> str:
    """What a document says, as far as it can be searched."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_ndjson()
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode("utf-8", "replace")
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_a_name_typed_in_place_of_a_case_number_stands_in_its_senders_own_file_alone(place: Path) -> None:
    """No finding repeats it; no statement, no line and no other municipality's document knows it."""
    said = {path.relative_to(settled(place)): text_of(path) for path in settled(place).rglob("*") if path.is_file()}
    assert len(said) > 15 and "Abrechnung" in " ".join(map(str, said))
    assert [str(path) for path, text in said.items() if NAME in html.unescape(text)] == [f"Korrekturen/{CORRECTION}"]


def test_the_approved_month_has_the_same_correction_workbooks(place: Path) -> None:
    """They are made from ledger and archive alone: the received files may be gone by then."""
    before = contents(settled(place) / "Korrekturen")
    shutil.rmtree(place / "inputs/mittelsachsen/returns" / MONTH)
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs")
    assert call("approve", MONTH, "--by", "Frida", "--date", "2025-01-15", *where).code == 0
    assert contents(settled(place) / "Korrekturen") == before


def test_check_writes_the_correction_workbook_beside_its_findings(place: Path, tmp_path: Path) -> None:
    source = Path("inputs/mittelsachsen/returns/2025-01/Freiberg_2025-01.xlsx")
    book = openpyxl.load_workbook(source)
    book["Arbeitsgelegenheiten"]["G5"] = "viele"
    book.save(tmp_path / source.name)
    shutil.copy("inputs/mittelsachsen/returns/2025-01/Penig_2025-01.xlsx", tmp_path)
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs")
    answer = call("check", *sorted(tmp_path.glob("*.xlsx")), "--to", tmp_path / "geprüft", *where)
    assert answer.code == 1
    assert answer.out.startswith(
        "Freiberg_2025-01.xlsx: 1 Fehler.\n  Fehler C02 · Arbeitsgelegenheiten G5: „viele“ in „Stunden“ ist keine Zahl."
    )
    assert "1 von 2 Meldungen ohne Fehler." in answer.out
    assert sorted(contents(tmp_path / "geprüft")) == ["14522180-Freiberg_2025-01.xlsx", "findings.csv"]


def test_two_files_of_one_name_keep_their_findings_to_themselves(place: Path, tmp_path: Path) -> None:
    """Both towns call their file Meldung.xlsx; what one of them typed must not go to the other."""
    for town, typed in (("Freiberg", "zwölf"), ("Mittweida", "elf")):
        book = openpyxl.load_workbook(f"inputs/mittelsachsen/returns/2025-01/{town}_2025-01.xlsx")
        book["Arbeitsgelegenheiten"]["G5"] = typed
        (tmp_path / town).mkdir()
        book.save(tmp_path / town / "Meldung.xlsx")
    files = [tmp_path / town / "Meldung.xlsx" for town in ("Freiberg", "Mittweida")]
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs", "--to", tmp_path / "geprüft")
    answer = call("check", *files, *where)
    assert answer.out.count("1 Fehler.") == 2
    assert {line for line in answer.out.splitlines() if line.endswith(" Fehler.")} == {
        f"{file}: 1 Fehler." for file in files
    }
    said = {
        path.name: openpyxl.load_workbook(path)["Prüfprotokoll"]["D6"].value
        for path in (tmp_path / "geprüft").glob("*.xlsx")
    }
    assert sorted(said) == ["14522180-Meldung.xlsx", "14522360-Meldung.xlsx"]
    assert "„zwölf“" in said["14522180-Meldung.xlsx"] and "„elf“" in said["14522360-Meldung.xlsx"]
    assert all(
        openpyxl.load_workbook(tmp_path / "geprüft" / name)["Prüfprotokoll"]["D7"].value is None for name in said
    )


def test_forms_for_the_next_month(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs")
    answer = call("forms", "2025-01", *where)
    assert answer.code == 0
    folder = place / "outputs/mittelsachsen/2025-01-Formulare"
    assert answer.out == f"15 Meldeformulare für Januar 2025 geschrieben: {folder}\n"
    assert len(list(folder.glob("Meldung-*-2025-01.xlsx"))) == 15
    assert (folder / "Meldung-14522180-freiberg-stadt-2025-01.xlsx").is_file()
    assert call("forms", "2024-11", *where).code == 2
    # The running month's forms and those of three more may go out, no later ones.
    monkeypatch.setattr("flows.clock.date", day_is(date(2027, 1, 31)))
    assert call("forms", "2027-05", "--programme", "mittelsachsen", *where).err == (
        "Mai 2027 liegt noch zu weit voraus: Ein Formular zeigt, was heute bekannt ist. Bitte höchstens April 2027 nennen.\n"
    )
    assert call("forms", "2027-04", "--to", place / "ahead", *where).code == 0
