"""Money at a county's office, as it is typed: taken in once, unclear until somebody says what it is for; worked out by hand.

December of two towns: Frankenberg owes 30.00 (AGH-2025-0001), Freiberg 53.00 (AGH-2025-0002).
"""

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from tests.bank import Booked, camt
from tests.command import call, contents
from tests.golden.office import Office, table

FRANKENBERG, FREIBERG = "14522150", "14522180"
ACCOUNTS = {FRANKENBERG: "DE29999999990014522150", FREIBERG: "DE92999999990014522180"}
FEBRUARY = date(2025, 2, 10)
PAID = Booked(FEBRUARY, "30.00", "AGH-2025-0001", "Stadt Frankenberg", ACCOUNTS[FRANKENBERG], "B-1")
PART = Booked(FEBRUARY, "20.00", "Teilzahlung", "Stadt Freiberg", ACCOUNTS[FREIBERG], "B-2")
GIFT = Booked(FEBRUARY, "12.00", "Spende", "Max Muster", "", "B-3")
LATER = Booked(date(2025, 2, 11), "33.00", "AGH 2025 0002 Rest", "Stadt Freiberg", ACCOUNTS[FREIBERG], "B-4")


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Office:
    office = Office.opened(
        tmp_path_factory.mktemp("receipts"), "mittelsachsen", {FRANKENBERG: "Frankenberg", FREIBERG: "Freiberg"}
    )
    office.settle("2024-12")
    office.approve("2024-12", "2025-01-15")
    return office


@pytest.fixture
def office(settled: Office, tmp_path: Path) -> Office:
    """A copy of its books, to write in."""
    shutil.copytree(settled.folder, tmp_path / "office")
    return Office(tmp_path / "office", settled.programme)


def file(office: Office, name: str, *booked: Booked, **how: str) -> Path:
    path = office.folder / name
    path.write_bytes(camt(booked, **how))  # type: ignore[arg-type]  # the options of the bank
    return path


def test_money_is_taken_in_once(office: Office) -> None:
    first, second = file(office, "a.xml", PAID, PART, GIFT), file(office, "b.xml", GIFT, LATER, version="02")
    said = office.done("receipts", first, "--by", "Eva")
    assert "a.xml (camt.053.001.08): 3 Umsätze\n  Zugeordnet: 1 Umsatz über zusammen 30,00 €" in said
    assert "Frankenberg/Sa., Stadt: AGH-2025-0001 (Belegnummer im Verwendungszweck)" in said
    assert "Ungeklärt: 2 Umsätze über zusammen 32,00 €" in said
    assert "zum Betrag passt nicht genau ein Beleg" in said
    assert "vielleicht AGH-2025-0002, Freiberg, Stadt, offen 53,00 € (Konto oder Personenkonto, Name)" in said
    assert "Weiter: „placement-premium assign 2 --to NUMMER" in said
    said = office.done("receipts", first, second, "--by", "Eva")
    assert "a.xml: schon übernommen; nichts ist doppelt." in said
    assert "b.xml (camt.053.001.02): 2 Umsätze, 1 davon schon aus einer anderen Datei bekannt" in said
    office.done("verify")


def test_a_later_file_may_come_first(office: Office) -> None:
    """The rest of Freiberg's document before its first part, the gift in both files."""
    office.done("receipts", file(office, "b.xml", GIFT, LATER), "--by", "Eva")
    office.done("receipts", file(office, "a.xml", PAID, PART, GIFT), "--by", "Eva")
    assert (
        office.done("receipts").count("Umsatz") == 1
    )  # the gift, once; Freiberg's 20.00 are just what it owes by then


def test_a_person_says_what_it_is_for_and_takes_it_back(office: Office) -> None:
    office.done("receipts", file(office, "a.xml", PAID, PART, GIFT), "--by", "Eva")
    why = ("--reason", "Telefonat", "--by", "Eva")
    assert "Freiberg, Stadt: AGH-2025-0002" in office.done("assign", 2, "--to", "agh-2025-0002", *why)
    assert "gehört nicht zu diesem Programm" in office.done("assign", 3, "--foreign", *why)
    assert "Kein Umsatz ist ungeklärt." in office.done("receipts")
    assert "schon ganz zugeordnet" in office.refused("assign", 2, "--to", "AGH-2025-0001", *why)
    assert "Aufgehoben: Umsatz 2" in office.done("assign", 2, "--release", *why)
    said = office.done("assign", 2, "--to", "AGH-2025-0002=15,00", "--to", f"{FREIBERG}=4,00", *why)
    assert "AGH-2025-0002 15,00 €; Freiberg, Stadt, ohne Beleg 4,00 €" in said
    assert "Ungeklärt bleiben davon 1,00 €." in said
    assert "weder die Nummer eines freigegebenen Belegs" in office.refused("assign", 2, "--to", "AGH-2025-0009", *why)
    assert "schließt jede die anderen aus" in office.refused("assign", 2, "--foreign", "--release", *why)
    assert "gehört zu jedem sein Betrag" in office.refused("assign", 2, "--to", "AGH-2025-0001", "--to", "AGH-2025-0002", *why)  # fmt: skip
    assert "Wozu der Umsatz 2 gehört, fehlt." in office.refused("assign", 2, *why)
    journal = office.done("status", "--journal")
    assert [journal.count(act) for act in ("Umsätze übernommen · a.xml · Eva", "Umsatz zugeordnet · 2 · Eva", "Zuordnung eines Umsatzes aufgehoben · 2 · Eva")] == [1, 2, 1]  # fmt: skip
    office.done("verify")


def test_what_is_refused_leaves_nothing_behind(office: Office) -> None:
    """All files or none: the second is another account's."""
    good, foreign = file(office, "a.xml", PAID), file(office, "b.xml", LATER, iban=ACCOUNTS[FREIBERG])
    assert "b.xml gehört zu einem anderen Konto" in office.refused("receipts", good, foreign, "--by", "Eva")
    assert "Umsatz" not in office.done("status", "--journal")
    assert "Wer die Umsätze übernimmt, fehlt." in office.refused("receipts", good)


def test_the_archive_keeps_the_file_and_verify_misses_it(office: Office) -> None:
    path = file(office, "a.xml", PAID)
    office.done("receipts", path, "--by", "Eva")
    (kept,) = [each for each in (office.outputs / "archive").iterdir() if each.read_bytes() == path.read_bytes()]
    assert "Im Archiv liegt" not in office.done("verify")
    kept.unlink()
    assert "Archiv: Die Datei a.xml" in office.refused("verify")


def test_a_backup_takes_money_along(office: Office, tmp_path: Path) -> None:
    office.done("receipts", file(office, "a.xml", PAID, PART), "--by", "Eva")
    office.done("backup", "--to", tmp_path / "backup.zip")
    restored = call("restore", tmp_path / "backup.zip", "--to", tmp_path / "restored")
    assert restored.code == 0, restored.err
    assert "Umsatz 2" in call("receipts", "--home", tmp_path / "restored").out


def test_what_is_open_on_a_day(office: Office) -> None:
    """Both documents fall due on 14.02.2025; Frankenberg paid on the 10th."""
    assert "Offen am" not in office.done("status")  # nobody has taken in any money: nothing is said of it
    office.done("receipts", file(office, "a.xml", PAID, PART), "--by", "Eva")
    said = office.done("outstanding", "--on", "09.02.2025")
    assert "Offen am 09.02.2025: 83,00 € aus 2 Belegen. Ungeklärt: kein Umsatz." in said
    said = office.done("outstanding", "--on", "20.02.2025")
    assert "Freiberg, Stadt  AGH-2025-0002  14.02.2025  53,00 €   0,00 €  53,00 €     6  offen" in said
    sentence = (
        "Offen am 20.02.2025: 53,00 € aus 1 Beleg, davon überfällig 53,00 € (1). Ungeklärt: 1 Umsatz über 20,00 €."
    )
    assert sentence in said
    frame = pl.read_parquet(office.outputs / "open_items.parquet")
    day, due = date(2025, 1, 15), date(2025, 2, 14)
    assert frame.rows() == [
        (FRANKENBERG, "AGH-2025-0001", "invoice", day, due, 30_00, 30_00, 0, 0),
        (FREIBERG, "AGH-2025-0002", "invoice", day, due, 53_00, 0, 53_00, 6),
    ]
    book = openpyxl.load_workbook(office.outputs / "Offene-Posten-2025-02-20.xlsx", data_only=True)
    assert table(book, "Offene Posten", 2, 10, 11) == [("AGH-2025-0002", 53_00, 6)]
    assert table(book, "Umsätze", 0, 2, 8) == [(2, 20_00, "Buchung 2"), (1, 30_00, "Buchung 1")]
    before = contents(office.outputs)
    office.done("outstanding", "--date", "20.02.2025")
    assert contents(office.outputs) == before
    assert "Offen am" in office.done("status")
    said = office.done("outstanding", "--date", "31.03.2025", "--remind", "--by", "Eva")
    assert "1 Zahlungserinnerung geschrieben" in said and "Freiberg, Stadt: 53,00 € (AGH-2025-0002)" in said
    nobody = office.call("outstanding", "--remind")
    assert (nobody.code, nobody.out) == (2, "") and "Name" in nobody.err
    alone = office.call("outstanding", "--by", "Eva")
    assert (alone.code, alone.out) == (2, "") and "Bitte --remind dazu angeben" in alone.err


def test_the_overview_tells_how_money_stood_at_the_approval(office: Office) -> None:
    office.done("receipts", file(office, "a.xml", PAID, PART), "--by", "Eva")
    office.settle("2025-01")
    office.approve("2025-01", "2025-02-15")
    book = office.overview("2025-01")
    (number,) = office.numbers(FREIBERG, "2025-01")
    (other,) = office.numbers(FRANKENBERG, "2025-01")
    assert table(book, "Offene Posten", 2, 11, 7) == [
        (other, 0, "offen"), ("AGH-2025-0002", 1, "offen"), (number, 0, "offen"),
    ]  # fmt: skip
    rows = table(book, "Umsätze", 0, 2, 5)
    assert rows[0][:2] == (2, 20_00)
    assert str(rows[0][2]).startswith("UNGEKLÄRT. Vielleicht AGH-2025-0002 (Freiberg, Stadt, offen 53,00 €)")
    assert rows[1] == (1, 30_00, "AGH-2025-0001, Frankenberg/Sa., Stadt")
    summary = [cell.value for row in book["Übersicht"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert any("Ungeklärt: 1 Umsatz über 20,00 €." in text and "Offen am 15.02.2025" in text for text in summary)
    assert "open_items.parquet" in {path.name for path in (office.outputs / "2025-01").iterdir()}
    assert "open_items.parquet" not in {path.name for path in (office.outputs / "2024-12").iterdir()}
    before = contents(office.outputs / "2025-01")
    office.done("receipts", file(office, "b.xml", LATER), "--by", "Eva")
    office.done("assign", 2, "--to", "AGH-2025-0002", "--reason", "Telefonat", "--by", "Eva")
    office.done("emit", "2025-01")
    assert contents(office.outputs / "2025-01") == before  # what came later is the next month's
    office.done("verify")
