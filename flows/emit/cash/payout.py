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
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, day_number, month_number, new_workbook
from schemas.documents import NONE
from schemas.identifiers import Ags
from schemas.money import in_euros
from schemas.months import Month, german_month
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme

_COLUMNS = (
    Column("case_id", "Fallnummer", 13),
    Column("name", "Name\n(von Hand)", 23),
    Column("position_id", "AGH-Nummer", 12),
    Column("service_month", "Leistungs-\nmonat", 10),
    Column("begin", "Von", 10),
    Column("hours", "Stunden", 9, True),
    Column("rate", "Satz", 8, True),
    Column("allowance_cents", "Entschä-\ndigung", 11, True),
    Column("expense_cents", "Mehr-\naufwand", 11, True),
    Column("paid_before_cents", "Bereits\nausgezahlt", 11, True),
    Column("payout_cents", "Auszahlung", 12, True),
    Column("received", "Erhalten am", 12),
    Column("signature", "Unterschrift", 32),
)
_SUMMED = ("allowance_cents", "expense_cents", "paid_before_cents", "payout_cents")
_SUMMARY_TABLE = Table(
    "Übersicht",
    Column("sheet", "Blatt", 30),
    Column("provider_kind", "Trägerart", 27),
    Column("workplace", "Einsatzstelle", 42),
    Column("paid_by", "Auszahlung durch", 18),
    Column("rows", "Zeilen", 9, True),
    Column("hours", "Stunden", 12, True),
    Column("payout", "Auszahlung", 16, True),
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
    def table(self) -> Table:
        """Its table."""
        return Table(self.sheet, *_COLUMNS)

    @property
    def payout_cents(self) -> int:
        return sum(row["payout_cents"] for row in self.rows)

    @property
    def hours(self) -> Decimal:
        return sum((row["hours"] for row in self.rows), Decimal(0))


def write_payout_lists(
    payouts: pl.DataFrame, programme: Programme, month: Month, document_date: date, folder: Path
) -> list[Path]:
    """A workbook for every municipality of a PAYOUTS frame, in its folder; their paths.

    Every amount is a formula that carries its value; the same payouts give the same bytes.
    """
    written = []
    for (ags,), own in payouts.group_by("ags", maintain_order=True):
        member = programme.members[Ags(str(ags))]
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
    path: Path, lists: list[_List], programme: Programme, member: Municipality, month: Month, document_date: date
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
    sheet = book.table(_SUMMARY_TABLE, "Auszahlungsliste Arbeitsgelegenheiten", subtitle)
    row = first = FIRST_TABLE_ROW
    for entry, by in zip(lists, places, strict=True):
        total = FIRST_TABLE_ROW + len(entry.rows)
        sheet.text(row, "sheet", entry.sheet)
        sheet.text(row, "provider_kind", entry.provider_kind)
        sheet.text(row, "workplace", entry.workplace)
        sheet.text(row, "paid_by", by)
        sheet.number(row, "rows", len(entry.rows))
        sheet.live(row, "hours", f"='{entry.sheet}'!{entry.table.cell(total, 'hours')}", entry.hours, "body_hours")
        sheet.live_money(
            row, "payout", f"='{entry.sheet}'!{entry.table.cell(total, 'payout_cents')}", entry.payout_cents
        )
        row += 1
    last = row - 1
    sheet.result(row, "Summe")
    sheet.total(row, "rows", first, sum(len(entry.rows) for entry in lists), "total_count")
    sheet.total(row, "hours", first, sum((entry.hours for entry in lists), Decimal(0)), "total_hours")
    sheet.total(row, "payout", first, in_euros(sum(entry.payout_cents for entry in lists)))
    sheet.name("Auszahlung_gesamt", row, "payout")
    paying = [by for by in _BY.values() if by in places]
    for by in paying if len(paying) > 1 else ():
        row += 1
        sheet.result(row, f"davon durch: {by}", "body")
        payers, amounts = (_SUMMARY_TABLE.span(first, last, column) for column in ("paid_by", "payout"))
        own = sum(entry.payout_cents for entry, place in zip(lists, places, strict=True) if place == by)
        sheet.live_money(row, "payout", f'=SUMIF({payers},"{by}",{amounts})', own)
    sheet.prose(
        row + 2,
        "Je Einsatzstelle ein Blatt zum Unterschreiben. Ausgezahlt werden die Mehraufwandsentschädigung nach § 5 Abs. 2 AsylbLG "
        "und nachgewiesener Mehraufwand dieser Abrechnung. Bei Änderungen früherer Monate stehen die jetzt gültigen "
        "Stunden und der Unterschied zum bereits Ausgezahlten; ein Minus bitte mit einer Auszahlung verrechnen.",
        "small_prose",
    )


def _write_list(book: Book, entry: _List, subtitle: str) -> None:
    sheet = book.table(entry.table, f"{entry.provider_kind}: {entry.workplace}", subtitle)
    row = first = FIRST_TABLE_ROW
    for payout in entry.rows:
        _write_payout(sheet, row, payout)
        row += 1
    sheet.result(row, "Summe")
    sheet.total(row, "hours", first, entry.hours, "total_hours")
    for name in _SUMMED:
        sheet.total(row, name, first, in_euros(sum(payout[name] for payout in entry.rows)))
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
    sheet.text(row, "case_id", payout["case_id"])
    sheet.empty(row, "name")
    sheet.text(row, "position_id", payout["position_id"])
    sheet.number(row, "service_month", month_number(payout["service_month"]), "body_month")
    sheet.number(row, "begin", day_number(payout["begin"]), "body_date")
    hours, rate = payout["hours"], payout["rate_cents"]
    sheet.number(row, "hours", hours, "body_hours")
    amount = payout["allowance_cents"]
    if rate is None:
        sheet.text(row, "rate", NONE, "body_money")
        sheet.money(row, "allowance_cents", amount)
    else:
        sheet.number(row, "rate", rate.scaleb(-2), "body_rate")
        product = Term(sheet.cell(row, "hours"), hours) * Term(sheet.cell(row, "rate"), rate.scaleb(-2))
        sheet.derived(row, "allowance_cents", amount, to_cents(product))
    sheet.money(row, "expense_cents", payout["expense_cents"])
    sheet.money(row, "paid_before_cents", payout["paid_before_cents"])
    allowance, expense, before = (sheet.cell(row, name) for name in _SUMMED[:3])
    sheet.live_money(row, "payout_cents", f"=ROUND({allowance}+{expense}-{before},2)", payout["payout_cents"])
    sheet.empty(row, "received", "signature")
    sheet.height(row, _SIGNED_HEIGHT)
