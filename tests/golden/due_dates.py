"""By when every document of an approved month is to be paid, as each paper says it."""

import csv
import re
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import openpyxl
from lxml import etree
from pypdf import PdfReader

from tests.golden.sums import PAIN

_UDT = "{urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100}"
_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"


def german(text: str) -> date:
    return date.fromisoformat("-".join(reversed(text.split("."))))


def due_dates(folder: Path) -> dict[str, dict[str, set[date]]]:
    """Document number → paper → the days that it names as due; papers that do not tell of a document are left out."""
    told: dict[str, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
    for path in folder.glob("Kommunen/*/*.xml"):
        (due,) = etree.parse(path).iter(f"{_RAM}DueDateDateTime")
        told[path.stem]["e-invoice"].add(date.fromisoformat(due.findtext(f"{_UDT}DateTimeString")))
        text = " ".join(page.extract_text() for page in PdfReader(path.with_suffix(".pdf")).pages)
        (day,) = re.findall(r"(?:Fällig am|Auszahlung bis)\s+(\d\d\.\d\d\.\d{4})", text)
        told[path.stem]["reading copy"].add(german(day))
    for path in folder.glob("Kommunen/*/Abrechnung-*.xlsx"):
        sheet = openpyxl.load_workbook(path, data_only=True)["Anschreiben"]
        facts = {row[0]: row[1] for row in sheet.iter_rows(values_only=True) if row[0] and row[1]}
        day = facts.get("Fällig am") or facts.get("Auszahlung bis")
        if day:
            told[facts["Dokumentnummer"]]["letter"].add(german(day))
    rows = csv.DictReader((folder / f"Buchungen-{folder.name}.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    for row in rows:
        if row["Fällig am"]:
            told[row["Belegnummer"]]["booking list"].add(german(row["Fällig am"]))
    overview = openpyxl.load_workbook(folder / f"Finanzuebersicht-{folder.name}.xlsx", data_only=True)
    for name, number, day in (("Übersicht", 5, 11), ("Stornos", 0, 7), ("Auszahlungen", 1, 6)):
        for row in overview[name].iter_rows(min_row=4, values_only=True) if name in overview.sheetnames else ():
            if len(row) > day and isinstance(row[day], datetime):
                told[row[number]][name].add(row[day].date())
    path = folder / f"Zahlungen-{folder.name}.xml"
    for batch in etree.parse(path).iter(f"{PAIN}PmtInf") if path.exists() else ():
        day = date.fromisoformat(batch.findtext(f"{PAIN}ReqdExctnDt/{PAIN}Dt"))
        for reference in batch.iter(f"{PAIN}EndToEndId"):
            told[reference.text]["payment file"].add(day)
    return told


def check_due_dates(folder: Path) -> None:
    """Every document has one due date, the same on all papers that tell of it, and its bookings and Übersicht tell of it."""
    told = {number: papers for number, papers in due_dates(folder).items() if "e-invoice" in papers}
    for number, papers in told.items():
        assert len(set().union(*papers.values())) == 1, (number, papers)
        assert {"reading copy", "booking list"} <= papers.keys(), number
        assert {"letter", "Übersicht"} <= papers.keys() or "Stornos" in papers, number
