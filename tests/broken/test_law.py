"""One bad law table per defect of the strict loader: the message names file, line and what is wrong."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from flows.compute.law import Law, load_law
from schemas.law import ANALOGOUS_RATES, BASIC_RATES, LAW_TABLES, MARGINAL_THRESHOLD
from schemas.refusal import Refusal
from tests.broken.forms import LAW_FOLDER

THRESHOLD = """valid_from,valid_to,monthly_eur,source,confidence
2013-01-01,2022-09-30,450,§ 8 SGB IV,high
2022-10-01,2023-12-31,520,§ 8 SGB IV,high
2024-01-01,,538,§ 8 SGB IV,high
"""
REGELBEDARF = """valid_from,valid_to,regelbedarfsstufe,monthly_eur,source,confidence
2016-01-01,2016-12-31,1,404,Anlage zu § 28 SGB XII,high
2016-01-01,2016-12-31,2,364,Anlage zu § 28 SGB XII,high
2017-01-01,,1,409,Anlage zu § 28 SGB XII,high
"""
GOOD = {"minijob_threshold": THRESHOLD, "sgbxii_regelbedarf": REGELBEDARF}
LINE_3 = "2022-10-01,2023-12-31,520,§ 8 SGB IV,high\n"


class Defect(NamedTuple):
    """A good table in which one text stands in place of another."""

    what: str
    old: str
    new: str
    line: int  # 0: the file as a whole
    words: tuple[str, ...]
    table: str = "minijob_threshold"


def defect(what: str, old: str, new: str, line: int, *words: str, table: str = "minijob_threshold") -> Defect:
    return Defect(what, old, new, line, words, table)


DEFECTS = [
    defect("Überschneidung", "2022-10-01", "2022-09-30", 3, "2022-09-30 überschneidet sich mit Zeile 2 (bis 2022-09-30)"),
    defect("Überschneidung mit offenem Ende", "2023-12-31", "", 4, "überschneidet sich mit Zeile 3"),
    defect("Überschneidung eines Schlüssels", "2016-12-31,1", "2017-01-01,1", 4, "regelbedarfsstufe 1", "überschneidet sich mit Zeile 2", table="sgbxii_regelbedarf"),
    defect("Lücke", "2022-10-01", "2022-10-02", 3, "Zwischen 2022-09-30 (Zeile 2) und 2022-10-02 ist eine Lücke"),
    defect("doppelte Zeile", LINE_3, LINE_3 + LINE_3, 4, "steht schon in Zeile 3", "eine entfernen"),
    defect("doppelter Schlüssel", "2016-12-31,2", "2016-12-31,1", 3, "regelbedarfsstufe 1", "steht schon in Zeile 2", table="sgbxii_regelbedarf"),
    defect("unbekannte Spalte", "confidence", "confidence,note", 1, "unbekannt: note", "es fehlt: –", "Erwartet werden: valid_from, valid_to, monthly_eur, source, confidence"),
    defect("fehlende Spalte", "monthly_eur", "eur", 1, "unbekannt: eur", "es fehlt: monthly_eur"),
    defect("Spalte zweimal", "confidence", "source", 1, "Spalten stimmen nicht"),
    defect("leere Datei", THRESHOLD, "", 1, "es fehlt: valid_from, valid_to, monthly_eur, source, confidence"),
    defect("Datum in deutscher Form", "2022-10-01", "01.10.2022", 3, "valid_from „01.10.2022“ ist kein Datum", "2016-03-17"),
    defect("Datum ohne Striche", "2022-10-01", "20221001", 3, "valid_from „20221001“ ist kein Datum"),
    defect("kein Kalendertag", "2022-09-30", "2022-09-31", 2, "valid_to „2022-09-31“ ist kein Datum"),
    defect("Ende vor Beginn", "2023-12-31", "2022-09-30", 3, "valid_to 2022-09-30 liegt vor valid_from 2022-10-01"),
    defect("Betrag mit Komma", ",520,", ',"520,00",', 3, "monthly_eur „520,00“ ist kein Betrag", "354 oder 0.80"),
    defect("Betrag fehlt", ",520,", ",,", 3, "monthly_eur „“ ist kein Betrag"),
    defect("Betrag mit Bruchteil eines Cents", ",520,", ",520.005,", 3, "monthly_eur „520.005“ ist kein Betrag"),
    defect("Betrag unter null", ",520,", ",-520,", 3, "monthly_eur „-520“ ist negativ"),
    defect("zu viele Felder", ",520,", ",520,00,", 3, "6 Felder statt 5", "Kommas und Anführungszeichen"),
    defect("zu wenige Felder", ",520,", ",", 3, "4 Felder statt 5"),
    defect("keine Fundstelle", "520,§ 8 SGB IV", "520, ", 3, "source ist leer", "Fundstelle"),
    defect("Schlüssel keine Zahl", "2016-12-31,2", "2016-12-31,zwei", 3, "regelbedarfsstufe „zwei“ ist keine ganze Zahl", table="sgbxii_regelbedarf"),
    defect("offenes Anführungszeichen", "538,§ 8 SGB IV", '538,"§ 8 SGB IV', 0, "keine lesbare CSV-Datei"),
]  # fmt: skip


def law_folder(folder: Path, **tables: str) -> Path:
    """The repository's law with some tables replaced."""
    for table in LAW_TABLES:
        text = tables.get(table.name) or (LAW_FOLDER / f"{table.name}.csv").read_text(encoding="utf-8")
        (folder / f"{table.name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("case", DEFECTS, ids=[case.what for case in DEFECTS])
def test_defect(case: Defect, tmp_path: Path) -> None:
    good = GOOD[case.table]
    assert case.old in good
    folder = law_folder(tmp_path, **GOOD)
    path = folder / f"{case.table}.csv"
    path.write_text(good.replace(case.old, case.new, 1), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_law(folder)
    message = str(refused.value)
    assert message.startswith(f"{path}, Zeile {case.line}" if case.line else str(path))
    assert [word for word in case.words if word not in message] == [], message


def test_the_good_tables_of_this_file_load(tmp_path: Path) -> None:
    law = load_law(law_folder(tmp_path, **GOOD))
    assert law.frames[MARGINAL_THRESHOLD.name]["threshold_cents"].to_list() == [450_00, 520_00, 538_00]
    assert law.frames[ANALOGOUS_RATES.name].height == 3


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    path = law_folder(tmp_path) / "agh_allowance.csv"
    path.unlink()
    with pytest.raises(Refusal) as refused:
        load_law(tmp_path)
    assert str(refused.value).startswith(f"Die Rechtstabelle {path} fehlt")


def test_a_table_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = law_folder(tmp_path) / "minijob_threshold.csv"
    path.write_bytes(THRESHOLD.encode("latin-1"))
    with pytest.raises(Refusal) as refused:
        load_law(tmp_path)
    assert str(path) in str(refused.value)
    assert "UTF-8" in str(refused.value)


def law_with_an_end(folder: Path) -> Law:
    """Regelbedarfe of 2016 only, from March to October."""
    text = REGELBEDARF.replace("2017-01-01,,1,409,Anlage zu § 28 SGB XII,high\n", "")
    return load_law(
        law_folder(folder, sgbxii_regelbedarf=text.replace("2016-01-01", "2016-03-01").replace("12-31", "10-31"))
    )


@pytest.mark.parametrize("day", [date(2016, 2, 29), date(2016, 11, 1)])
def test_a_date_that_is_not_covered_names_table_date_and_key(day: date, tmp_path: Path) -> None:
    rows = pl.DataFrame({"day": [date(2016, 3, 1), day, date(2016, 10, 31)], "need_stage": [1, 2, 1]})
    with pytest.raises(Refusal) as refused:
        law_with_an_end(tmp_path).in_force(ANALOGOUS_RATES, rows, day="day", key="need_stage")
    message = str(refused.value)
    words = [
        f"{day.day:02d}.{day.month:02d}.2016",
        "sgbxii_regelbedarf",
        "„2“",
        "in inputs/law/eigene/sgbxii_regelbedarf.csv eintragen",
        "abgerechnet wurde nichts",
    ]
    assert [word for word in words if word not in message] == [], message


def test_a_key_that_the_table_does_not_have_is_not_covered(tmp_path: Path) -> None:
    rows = pl.DataFrame({"day": [date(2016, 3, 1)], "need_stage": [6]})
    with pytest.raises(Refusal, match=r"01\.03\.2016 .*sgbxii_regelbedarf.*„6“"):
        law_with_an_end(tmp_path).in_force(ANALOGOUS_RATES, rows, day="day", key="need_stage")


def test_a_period_that_is_not_covered_to_its_end_names_the_first_day_without_law(tmp_path: Path) -> None:
    periods = pl.DataFrame({"stage": [1], "first": [date(2016, 10, 20)], "last": [date(2016, 11, 5)]})
    with pytest.raises(Refusal, match=r"01\.11\.2016 .*sgbxii_regelbedarf.*„1“"):
        law_with_an_end(tmp_path).rate_days(ANALOGOUS_RATES, periods, key="stage", first="first", last="last")


def test_a_table_without_key_names_table_and_date() -> None:
    rows = pl.DataFrame({"day": [date(2012, 12, 31)]})
    with pytest.raises(Refusal, match=r"31\.12\.2012 .*minijob_threshold"):
        load_law(LAW_FOLDER).in_force(MARGINAL_THRESHOLD, rows, day="day")


def test_no_rate_is_carried_on_silently() -> None:
    """The basic rates are renewed every year: the last row of the repository always ends."""
    rows = pl.DataFrame({"day": [date(2099, 1, 1)], "need_stage": [1]})
    with pytest.raises(Refusal, match=r"01\.01\.2099 .*asylblg_grundleistungen"):
        load_law(LAW_FOLDER).in_force(BASIC_RATES, rows, day="day", key="need_stage")


def test_an_open_end_is_still_in_force(tmp_path: Path) -> None:
    rows = pl.DataFrame({"day": [date(2099, 1, 1)]})
    found = load_law(law_folder(tmp_path, **GOOD)).in_force(MARGINAL_THRESHOLD, rows, day="day")
    assert found["threshold_cents"].to_list() == [538_00]
