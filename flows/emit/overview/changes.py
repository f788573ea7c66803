"""Sheet `Veränderung`: this settlement beside the one before it, per municipality, and why it differs."""

import polars as pl

from flows.emit.overview.layout import CHANGES, CORRECTIONS, subtitle
from flows.emit.wording.changed_amounts import Reasons
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.documents import Overview
from schemas.money import in_euros
from schemas.months import german_month

TABLE = Table(
    CHANGES,
    Column("ags", "AGS", 10),
    Column("municipality", "Kommune", 27),
    Column("previous_cents", "Vorige\nAbrechnung", 14, True),
    Column("current_cents", "± laufender\nMonat", 14, True),
    Column("earlier_cents", "± frühere\nMonate", 14, True),
    Column("once_cents", "± einmalige\nBeträge", 14, True),
    Column("total_cents", "Diese\nAbrechnung", 14, True),
    Column("why", "Warum", 62),
)
_CHANGES = ("previous_cents", "current_cents", "earlier_cents", "once_cents")  # that lead to the total


def write_changes(book: Book, overview: Overview) -> None:
    """A row per municipality (finance.CHANGES); the new amount is a formula over the old one and its changes."""
    sheet = book.table(TABLE, "Veränderung zur vorigen Abrechnung", subtitle(overview))
    members, changes = overview.programme.members, overview.finance.changes
    reasons = Reasons(overview)
    row = FIRST_TABLE_ROW
    for change in changes.iter_rows(named=True):
        sheet.text(row, "ags", change["ags"])
        sheet.text(row, "municipality", members[change["ags"]].name)
        for name in _CHANGES:
            sheet.money(row, name, change[name])
        first_change, last_change = (sheet.cell(row, name) for name in (_CHANGES[0], _CHANGES[-1]))
        sheet.live_money(row, "total_cents", f"=SUM({first_change}:{last_change})", change["total_cents"])
        sheet.text(row, "why", reasons.of(change, f" (Blatt „{CORRECTIONS}“)"), "body_after")
        row += 1
    _write_sums(sheet, row, changes)
    sheet.filter(row - 1)
    before = overview.finance.previous_month
    compared = (
        f"Verglichen wird mit der Abrechnung {german_month(before)}." if before else "Dies ist die erste Abrechnung."
    )
    sheet.prose(
        row + 2,
        f"{compared} „Laufender Monat“ ist der Abrechnungsmonat selbst, „frühere Monate“ sind nachgereichte und berichtigte "
        "Leistungsmonate, „einmalige Beträge“ Anschubfinanzierung und manuelle Buchungen.",
        "small_prose",
    )


def _write_sums(sheet: Sheet, row: int, changes: pl.DataFrame) -> None:
    sheet.result(row, "Summe")
    for name in (*_CHANGES, "total_cents"):
        sheet.total(row, name, FIRST_TABLE_ROW, in_euros(sum(changes[name])))
