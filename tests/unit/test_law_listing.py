"""The listing of the law in force: amounts as printed in the Federal Law Gazette, periods, sources, what runs out."""

import csv
import re
from datetime import date
from pathlib import Path

from flows.commands.wording.law import WIDTH, law_listing
from flows.compute.law import load_law

LAW = Path("inputs/law")
ENGLISH = re.compile(
    r"\b(a|and|as|at|by|for|from|half|into|of|on|or|the|to|via|with|announced|changes|clause|cut|date|derived|end|force|inferred|no|not"
    r"|overview|read|report|rounded|see|start|state|survey|table|texts|totals|update"
    r"|average|before|benefits|cost|costs|day|days|higher|hours|income|month|municipalities|only|paid|per|person|persons"
    r"|recipients|same|spending|statute|unit|was|week|year|years)\b"
)  # fmt: skip
# Words that the program goes by, as SOURCES says.
CODES = {
    "confidence",
    "is_derived",
    "applies_to_grundleistung_3",
    "applies_to_analog_2",
    "agh_allowance_is_income",
    "topic",
}


def listing(day: date) -> list[str]:
    return list(law_listing(load_law(LAW).on(day), day))


def test_amounts_and_periods_of_a_day() -> None:
    lines = listing(date(2016, 8, 5))
    assert lines[0] == "Recht, mit dem am 05.08.2016 gerechnet wird"
    # § 3 AsylbLG from 17 March 2016: 354 EUR; the Regelbedarf of 2016: 404 EUR; 1.05 EUR an hour until 5 August 2016
    for shown in (
        ("Bedarfsstufe 1", "354,00 € im Monat", "seit 17.03.2016, bis 31.08.2019"),
        ("Regelbedarfsstufe 1", "404,00 € im Monat", "seit 01.01.2016, bis 31.12.2016"),
        ("Arbeitsgelegenheit", "1,05 € je Stunde", "seit 01.01.2013, bis 05.08.2016"),
        ("Grundleistung", "25 %, höchstens 50 % der eigenen Stufe", "seit 01.03.2015"),
        ("Analogleistung", "30 %, höchstens 50 % der Stufe 1", "seit 01.01.2013"),
        ("Arbeitsentgelt", "bis 450,00 € im Monat", "bis 30.09.2022"),
    ):
        assert [line for line in lines if all(part in line for part in shown)], shown
    assert any("0,80 € je Stunde" in line for line in listing(date(2016, 8, 6)))


def test_every_line_fits_and_every_cited_source_is_listed() -> None:
    lines = listing(date(2026, 11, 25))
    assert all(len(line) <= WIDTH for line in lines)
    for line in lines:
        if " seit " in line:
            number = line[line.rindex("[") :]
            assert any(other.startswith(f"  {number} ") for other in lines), line


def test_what_runs_out_is_named_with_its_file() -> None:
    ends = " ".join(" ".join(listing(date(2026, 11, 25))).split())
    ends = ends[ends.index("Was ausläuft") :]
    for table in ("asylblg_grundleistungen", "sgbxii_regelbedarf", "minijob_threshold"):
        with (LAW / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            last = date.fromisoformat(max(row["valid_to"] for row in csv.DictReader(file)))
        assert (
            f"bekannt bis {last:%d.%m.%Y}. Bitte rechtzeitig die neuen Zeilen in inputs/law/eigene/{table}.csv" in ends
        )


def test_a_day_without_law_is_said_not_refused() -> None:
    assert "  Bedarfsstufe 1       für den 01.01.2030 steht hier nichts" in listing(date(2030, 1, 1))


def test_every_text_is_german_with_its_umlauts() -> None:
    """Web addresses, file names and names of collections stay as they are, and so do codes; all other words are German."""
    for path in sorted(LAW.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column in row.keys() - CODES:
                    named = [word for word in row[column].split() if not re.search(r"\w[./_=,]\w", word)]
                    text = " ".join(named)
                    assert not ENGLISH.search(text), (path.name, column, text)
                    own = re.sub("aktuell|bruttoein|neue|steuer|zuerst", "", text, flags=re.IGNORECASE)
                    assert not re.search("(?<![aeqQäö])[aou]e|Fussnote", own), (path.name, column, text)


def test_the_sources_and_doubts_are_told_in_german() -> None:
    """The English words that no German sentence has; the names of columns and files stand as code."""
    text = re.sub(r"`[^`]*`|https?://\S+", "", (LAW / "SOURCES.md").read_text(encoding="utf-8"))
    found = re.findall(r"\b(?:the|and|of|not|with|which|from|was found|rounded|source|since|were)\b", text)
    assert found == []
    # what is disputed is told where it touches a settlement
    doubts = Path("docs/rechtsfragen.md").read_text(encoding="utf-8")
    for decided in ("C-621/24", "S 42 AY 55/26 ER", "BGBl. 2026 I Nr. 111"):
        assert decided in text and decided in doubts
