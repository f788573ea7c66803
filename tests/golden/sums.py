"""The sums of an approved month, each read from its own document: lines, statements, e-invoices, bookings, overview."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
from lxml import etree
from pypdf import PdfReader

RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


def cents(text: str) -> int:
    return int(Decimal(text.replace(",", ".")) * 100)


def named_total(workbook: openpyxl.Workbook, name: str) -> Decimal:
    ((sheet, cell),) = workbook.defined_names[name].destinations
    return Decimal(str(workbook[sheet][cell.replace("$", "")].value)).quantize(Decimal("0.01"))


def statement_total(workbook: openpyxl.Workbook) -> Decimal:
    """The total of a statement; a Nullmitteilung has no table that adds up to one, only an amount to pay: 0.00."""
    return named_total(workbook, "Gesamtbetrag" if "Gesamtbetrag" in workbook.defined_names else "Zahlbetrag")


def check_sums(folder: Path) -> None:
    """Lines = statements = e-invoices = bookings, for every municipality; and their total = both sums of the overview."""
    month = folder.name
    lines = pl.read_parquet(folder / "lines.parquet").group_by("ags").agg(pl.col("delta_cents").sum())
    by_line = {ags: total for ags, total in lines.iter_rows() if total}
    by_booking: dict[str, int] = defaultdict(int)
    text = (folder / f"Buchungen-{month}.csv").read_text(encoding="utf-8-sig")
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        by_booking[row["Gemeindeschlüssel"]] += cents(row["Betrag"])
    by_statement = {}
    for path in folder.glob("Kommunen/*/Abrechnung-*.xlsx"):
        total = statement_total(openpyxl.load_workbook(path, data_only=True))
        by_statement[path.name.split("-")[1]] = int(total * 100)
    by_invoice = {path.parent.name.split("-")[0]: invoiced_cents(path) for path in folder.glob("Kommunen/*/*.xml")}
    assert by_line == by_invoice
    assert by_line == {ags: total for ags, total in by_booking.items() if total}
    assert by_line == {ags: total for ags, total in by_statement.items() if total}
    overview = openpyxl.load_workbook(folder / f"Finanzuebersicht-{month}.xlsx", data_only=True)
    assert int(named_total(overview, "Gesamtbetrag") * 100) == sum(by_line.values())
    ((sheet, cell),) = overview.defined_names["Gesamtergebnis"].destinations
    assert overview[sheet][cell.replace("$", "")].value == "OK"


def invoiced_cents(path: Path) -> int:
    """What an e-invoice charges (380) or credits (381), the sum of its lines; its reading copy shows the same.

    What is set off is told as paid before (BR-CO-16), and what is left on the reading copy too.
    """
    document = etree.parse(path)

    def values(name: str) -> list[str]:
        return [element.text for element in document.iter(f"{RAM}{name}")]

    (due,), (total,), (kind, *_) = values("DuePayableAmount"), values("GrandTotalAmount"), values("TypeCode")
    assert sum(map(cents, values("LineTotalAmount")[:-1])) == cents(total)  # the last one is the sum of all lines
    assert cents(due) == cents(total) - sum(map(cents, values("TotalPrepaidAmount")))
    (page,) = PdfReader(path.with_suffix(".pdf")).pages
    for amount in (due, total):
        shown = f"{Decimal(amount):,.2f}".translate(str.maketrans(",.", ".,"))
        assert f"{shown} €" in " ".join(page.extract_text().split())
    return {"380": 1, "381": -1}[kind] * cents(total)


def paid_cents(folder: Path) -> int:
    """What the month's payment file pays; 0 where there is none."""
    path = folder / f"Zahlungen-{folder.name}.xml"
    if not path.exists():
        return 0
    return sum(cents(amount.text) for amount in etree.parse(path).iter(f"{PAIN}InstdAmt"))
