"""Payout lists of a month: `Auszahlungsliste-<ags>-<month>.xlsx`, a sheet to sign for every place of work."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows.emit.wording.words import NONE_EXPLAINED, folder_name
from flows.emit.xlsx.formula import Term, to_cents
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.workbook import (
    FIRST_TABLE_ROW,
    Book,
    Column,
    Sheet,
    cell,
    day_number,
    month_number,
    new_workbook,
)
from schemas.documents import NONE
from schemas.months import german_month
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme

_SUMMARY = "Übersicht"
_COLUMNS = (
    Column("Fallnummer", 13),
    Column("Name\n(von Hand)", 23),
    Column("AGH-Nummer", 12),
    Column("Leistungs-\nmonat", 10),
    Column("Von", 10),
    Column("Stunden", 9, True),
    Column("Satz", 8, True),
    Column("Entschä-\ndigung", 11, True),
    Column("Mehr-\naufwand", 11, True),
    Column("Bereits\nausgezahlt", 11, True),
    Column("Auszahlung", 12, True),
    Column("Erhalten am", 12),
    Column("Unterschrift", 32),
)
_HOURS, _RATE, _ALLOWANCE, _EXPENSE, _BEFORE, _PAYOUT = 5, 6, 7, 8, 9, 10
_SUMMED = {
    _ALLOWANCE: "allowance_cents",
    _EXPENSE: "expense_cents",
    _BEFORE: "paid_before_cents",
    _PAYOUT: "payout_cents",
}
_SUMMARY_COLUMNS = (
    Column("Blatt", 30),
    Column("Trägerart", 27),
    Column("Einsatzstelle", 42),
    Column("Auszahlung durch", 18),
    Column("Zeilen", 9, True),
    Column("Stunden", 12, True),
    Column("Auszahlung", 16, True),
)
_SIGNED_HEIGHT = 27.0  # points; room for a signature
_WORKPLACE_UNKNOWN = "Einsatzstelle nicht mehr gemeldet"
_BY = {"county": "Kreis", "municipality": "Kommune"}


class _List(NamedTuple):
    """One place of work, and the sheet of its payouts."""

    sheet: str
    provider_kind: str
    workplace: str
    rows: list[dict[str, Any]]

    @property
    def payout_cents(self) -> int:
        return sum(row["payout_cents"] for row in self.rows)

    @property
    def hours(self) -> Decimal:
        return sum((row["hours"] for row in self.rows), Decimal(0))


def write_payout_lists(
    payouts: pl.DataFrame, programme: Programme, month: str, document_date: date, folder: Path
) -> list[Path]:
    """A workbook for every municipality of a PAYOUTS frame, in its folder; their paths.

    Every amount is a formula that carries its value; the same payouts give the same bytes.
    """
    written = []
    for (ags,), own in payouts.group_by("ags", maintain_order=True):
        member = programme.members[str(ags)]
        path = folder / folder_name(member) / f"Auszahlungsliste-{ags}-{month}.xlsx"
        _write_workbook(path, _lists(own), programme, member, month, document_date)
        written.append(path)
    return written


def _lists(own: pl.DataFrame) -> list[_List]:
    places = own.group_by("provider_kind", "workplace", maintain_order=True)
    return [
        _List(f"{number} {kind}", str(kind), str(workplace or _WORKPLACE_UNKNOWN), rows.to_dicts())
        for number, ((kind, workplace), rows) in enumerate(places, 1)
    ]


def _write_workbook(
    path: Path, lists: list[_List], programme: Programme, member: Municipality, month: str, document_date: date
) -> None:
    county, words = programme.programme.county, german_month(month)
    page = Page(left=f"Auszahlungsliste {words} · {county}", right=f"{member.ags} · {member.name}")
    title, subject = f"Auszahlungsliste {words} – {member.name}", programme.programme.title
    with new_workbook(path, page, title=title, subject=subject, author=county, created=document_date) as book:
        places = [_place(programme, entry) for entry in lists]
        subtitle = f"{member.name} · Abrechnung {words} · {programme.programme.title}"
        _write_summary(book, lists, places, subtitle)
        for entry, by in zip(lists, places, strict=True):
            _write_list(book, entry, f"{subtitle} · Auszahlung durch: {by}")


def _place(programme: Programme, entry: _List) -> str:
    """Who pays out at this kind of provider."""
    assert programme.allowance is not None  # else there are no AGH lines
    return _BY[programme.allowance.disbursed_by.by_provider_kind()[entry.provider_kind]]


def _write_summary(book: Book, lists: Sequence[_List], places: Sequence[str], subtitle: str) -> None:
    sheet = book.table(_SUMMARY, "Auszahlungsliste Arbeitsgelegenheiten", subtitle, _SUMMARY_COLUMNS)
    row = first = FIRST_TABLE_ROW
    for entry, by in zip(lists, places, strict=True):
        total = FIRST_TABLE_ROW + len(entry.rows)
        sheet.text(row, 0, entry.sheet)
        sheet.text(row, 1, entry.provider_kind)
        sheet.text(row, 2, entry.workplace)
        sheet.text(row, 3, by)
        sheet.number(row, 4, len(entry.rows))
        sheet.live(row, 5, f"='{entry.sheet}'!{cell(total, _HOURS)}", entry.hours, "body_hours")
        sheet.live_money(row, 6, f"='{entry.sheet}'!{cell(total, _PAYOUT)}", entry.payout_cents)
        row += 1
    sheet.blank(row, range(len(_SUMMARY_COLUMNS)), "total")
    sheet.text(row, 0, "Summe", "total_left")
    spans = {column: f"=SUM({cell(first, column)}:{cell(row - 1, column)})" for column in (4, 5, 6)}
    sheet.live(row, 4, spans[4], sum(len(entry.rows) for entry in lists), "total_count")
    sheet.live(row, 5, spans[5], sum((entry.hours for entry in lists), Decimal(0)), "total_hours")
    sheet.live_money(row, 6, spans[6], sum(entry.payout_cents for entry in lists), "total_money")
    book.name("Auszahlung_gesamt", _SUMMARY, row, 6)
    sheet.prose(
        row + 2,
        "Je Einsatzstelle ein Blatt zum Unterschreiben. Ausgezahlt werden die Mehraufwandsentschädigung nach § 5 Abs. 2 AsylbLG "
        "und nachgewiesener Mehraufwand dieser Abrechnung. Bei Änderungen früherer Monate stehen die jetzt gültigen "
        "Stunden und der Unterschied zum bereits Ausgezahlten; ein Minus bitte mit einer Auszahlung verrechnen.",
        "small_prose",
    )


def _write_list(book: Book, entry: _List, subtitle: str) -> None:
    sheet = book.table(entry.sheet, f"{entry.provider_kind}: {entry.workplace}", subtitle, _COLUMNS)
    row = first = FIRST_TABLE_ROW
    for payout in entry.rows:
        _write_payout(sheet, row, payout)
        row += 1
    sheet.blank(row, range(len(_COLUMNS)), "total")
    sheet.text(row, 0, "Summe", "total_left")
    sheet.live(row, _HOURS, f"=SUM({cell(first, _HOURS)}:{cell(row - 1, _HOURS)})", entry.hours, "total_hours")
    for column, name in _SUMMED.items():
        amount = sum(payout[name] for payout in entry.rows)
        sheet.live_money(row, column, f"=SUM({cell(first, column)}:{cell(row - 1, column)})", amount, "total_money")
    row = sheet.prose(
        row + 2,
        f"Auszahlung = Entschädigung + Mehraufwand − bereits Ausgezahltes. {NONE_EXPLAINED}",
        "small_prose",
    )
    sheet.height(row, _SIGNED_HEIGHT + 9)
    for label, columns in (("Ausgezahlt am", range(2)), ("Name", range(3, 6)), ("Unterschrift", range(8, 13))):
        sheet.blank(row, columns, "sign")
        sheet.text(row + 1, columns.start, label, "muted")


def _write_payout(sheet: Sheet, row: int, payout: dict[str, Any]) -> None:
    sheet.text(row, 0, payout["case_id"])
    sheet.blank(row, range(1, 2), "body")
    sheet.text(row, 2, payout["position_id"])
    sheet.number(row, 3, month_number(payout["service_month"]), "body_month")
    sheet.number(row, 4, day_number(payout["begin"]), "body_date")
    hours, rate = payout["hours"], payout["rate_cents"]
    sheet.number(row, _HOURS, hours, "body_hours")
    amount = payout["allowance_cents"]
    if rate is None:
        sheet.text(row, _RATE, NONE, "body_money")
        sheet.money(row, _ALLOWANCE, amount)
    else:
        sheet.number(row, _RATE, rate.scaleb(-2), "body_rate")
        product = Term(cell(row, _HOURS), hours) * Term(cell(row, _RATE), rate.scaleb(-2))
        sheet.derived(row, _ALLOWANCE, amount, to_cents(product))
    sheet.money(row, _EXPENSE, payout["expense_cents"])
    sheet.money(row, _BEFORE, payout["paid_before_cents"])
    formula = f"=ROUND({cell(row, _ALLOWANCE)}+{cell(row, _EXPENSE)}-{cell(row, _BEFORE)},2)"
    sheet.live_money(row, _PAYOUT, formula, payout["payout_cents"])
    sheet.blank(row, range(_PAYOUT + 1, len(_COLUMNS)), "body")
    sheet.height(row, _SIGNED_HEIGHT)
