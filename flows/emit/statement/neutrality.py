"""Sheet `Neutralität` of a statement: what the municipality saved, was charged and keeps, month by month."""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from flows.emit.statement.positions import subtitle
from flows.emit.statement.premium import (
    BROKEN,
    COUNTED,
    DERIVATION,
    GUARANTEE,
    HELD,
    MONTH,
    PREMIUM,
    SAVED,
    CaseMonth,
)
from flows.emit.xlsx.chart import LineChart
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, month_number, span
from schemas.documents import Statement
from schemas.money import euros
from schemas.months import german_month, later

NEUTRALITY = "Neutralität"

_COLUMNS = (
    Column("Monat", 11),
    Column("Ersparnis\nim Monat", 14, True),
    Column("Prämien\nim Monat", 14, True),
    Column("Verbleibt\nim Monat", 14, True),
    Column("Ersparnis\nbis heute", 14, True),
    Column("Prämien\nbis heute", 14, True),
    Column("Verbleibt\nbis heute", 14, True),
    Column("Prämien ≤\nErsparnis\nje Fall", 12),
)
_START_UP_COLUMNS = (
    Column("Anschub-\nfinanzierung\nbis heute", 16, True),
    Column("Verbleibt mit\nAnschub-\nfinanzierung", 16, True),
    Column("Mit Anschub-\nfinanzierung\nausgeglichen", 15),
)
_SAVED, _PREMIUM, _KEPT, _SAVED_SUM, _PREMIUM_SUM, _KEPT_SUM, _HELD, _START_UP, _KEPT_IN_ALL, _EVEN = range(1, 11)
NOT_YET = "noch nicht erreicht"


class Balance(NamedTuple):
    """One month: counted saving and premium of all cases, and their sums to date, in cents."""

    month: str
    saved: int
    premium: int
    saved_sum: int
    premium_sum: int
    start_up: int  # to date
    held: bool  # premiums ≤ saving, for every case, up to this month

    @property
    def kept_in_all(self) -> int:
        """Saving less premiums and start-up contribution to date."""
        return self.saved_sum - self.premium_sum - self.start_up


def balances(statement: Statement, months: list[CaseMonth]) -> list[Balance]:
    """Every month from the first eligible one (or the start-up's) to the run's; only counted savings, as in RULES section 5.1."""
    eligible = [month for month in months if month.eligible]
    amount, due = _start_up(statement)
    begins = [month.service_month for month in eligible] + ([due] if due else [])
    if not begins:
        return []
    saved: dict[str, int] = {}
    premiums: dict[str, int] = {}
    for month in eligible:
        saved[month.service_month] = saved.get(month.service_month, 0) + month.counted_cents
        premiums[month.service_month] = premiums.get(month.service_month, 0) + month.premium_cents
    run = [min(begins)]
    while run[-1] < statement.month:
        run.append(later(run[-1], 1))
    saved_sums = accumulate(saved.get(month, 0) for month in run)
    premium_sums = accumulate(premiums.get(month, 0) for month in run)
    return [
        Balance(
            month,
            saved.get(month, 0),
            premiums.get(month, 0),
            saved_sum,
            premium_sum,
            amount if due and month >= due else 0,
            all(case.held for case in eligible if case.service_month <= month),
        )
        for month, saved_sum, premium_sum in zip(run, saved_sums, premium_sums, strict=True)
    ]


def _start_up(statement: Statement) -> tuple[int, str | None]:
    """The municipality's start-up contribution and its month; none before that month."""
    start_up = statement.programme.start_up
    if start_up is None or start_up.service_month > statement.month:
        return 0, None
    return statement.programme.start_up_cents[statement.municipality.ags], start_up.service_month


def write_neutrality(book: Book, statement: Statement, months: list[CaseMonth]) -> None:
    """Saved, charged, remaining: this month and to date, without and with the start-up contribution, and a chart.

    No sheet where there is neither saving nor start-up contribution yet.
    """
    rows = balances(statement, months)
    if not rows:
        return
    with_start_up = bool(_start_up(statement)[0])
    columns = _COLUMNS + (_START_UP_COLUMNS if with_start_up else ())
    year = statement.erased_before
    without = f" · ohne Fälle, die vor {year} endeten (Daten gelöscht)" if year else ""
    heading = "Haushaltsneutralität: Ersparnis und Prämien"
    sheet = book.table(NEUTRALITY, heading, subtitle(statement) + without, columns)
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    table_end = first + sum(month.eligible for month in months) - 1
    for row, balance in enumerate(rows, first):
        style = "total" if row == last else "body"  # the last row is the settled month: its sums are the result
        _write_balance(sheet, row, balance, first, table_end, style)
        if with_start_up:
            _write_with_start_up(sheet, row, balance, style)
    _name_results(book, last, with_start_up)
    row = last + 2
    if with_start_up:
        row = _write_break_even(book, sheet, row, rows) + 1
    for sentence in _legend(statement, with_start_up):
        row = sheet.prose(row, sentence, "small_prose")
    if len(rows) > 1 and rows[-1].saved_sum:
        sheet.chart(row + 1, _chart(rows))


def _legend(statement: Statement, with_start_up: bool) -> Iterator[str]:
    month = german_month(statement.month)
    yield f"Die letzte Zeile ist der Stand am Ende des Abrechnungsmonats {month}; „bis heute“ heißt: bis zum Ende des Monats der Zeile."
    yield (
        "Zusage des Kreises: Prämien werden für jeden Fall höchstens in der Höhe berechnet, in der er die Kommune bis dahin entlastet hat. "
        "Gezählt sind nur die Ersparnisse zählender Monate; was danach erspart wird, bleibt ganz bei der Kommune und ist hier nicht enthalten. "
        f"Geprüft ist sie für jeden Fall und Monat auf dem Blatt „{DERIVATION}“, letzte Spalte."
    )
    if with_start_up:
        yield "Die Anschubfinanzierung liegt außerhalb dieser Zusage; die letzten Spalten zeigen, ab wann sie durch Ersparnisse gedeckt ist."


def _write_balance(sheet: Sheet, row: int, balance: Balance, first: int, table_end: int, style: str) -> None:
    at = {column: cell(row, column) for column in range(_HELD + 1)}
    money = f"{style}_money"
    sheet.number(row, 0, month_number(balance.month), f"{style}_month")
    if table_end >= first:
        amounts, own, counted = (span(first, table_end, column, DERIVATION) for column in (SAVED, MONTH, COUNTED))
        premiums = span(first, table_end, PREMIUM, DERIVATION)
        sheet.live_money(row, _SAVED, f'=SUMIFS({amounts},{own},{at[0]},{counted},">0")', balance.saved, money)
        sheet.live_money(row, _PREMIUM, f"=SUMIFS({premiums},{own},{at[0]})", balance.premium, money)
    else:
        sheet.money(row, _SAVED, 0, money)
        sheet.money(row, _PREMIUM, 0, money)
    sheet.live_money(row, _KEPT, f"=ROUND({at[_SAVED]}-{at[_PREMIUM]},2)", balance.saved - balance.premium, money)
    for column, part, amount in (
        (_SAVED_SUM, _SAVED, balance.saved_sum),
        (_PREMIUM_SUM, _PREMIUM, balance.premium_sum),
    ):
        sheet.live_money(row, column, f"=SUM({cell(first, part)}:{at[part]})", amount, money)
    kept = balance.saved_sum - balance.premium_sum
    sheet.live_money(row, _KEPT_SUM, f"=ROUND({at[_SAVED_SUM]}-{at[_PREMIUM_SUM]},2)", kept, money)
    if table_end >= first:
        verdicts = span(first, table_end, GUARANTEE, DERIVATION)
        held = f'=IF(COUNTIFS({own},"<="&{at[0]},{verdicts},"{BROKEN}")=0,"{HELD}","{BROKEN}")'
        sheet.live(row, _HELD, held, HELD if balance.held else BROKEN, f"{style}_after")
    else:
        sheet.text(row, _HELD, HELD, f"{style}_after")
    sheet.warn_unless(row, _HELD, HELD)


def _write_with_start_up(sheet: Sheet, row: int, balance: Balance, style: str) -> None:
    money = f"{style}_money"
    sheet.money(row, _START_UP, balance.start_up, money)
    kept = f"=ROUND({cell(row, _KEPT_SUM)}-{cell(row, _START_UP)},2)"
    sheet.live_money(row, _KEPT_IN_ALL, kept, balance.kept_in_all, money)
    even = f'=IF(AND({cell(row, _START_UP)}>0,{cell(row, _KEPT_IN_ALL)}>=0),"ja","nein")'
    sheet.live(
        row, _EVEN, even, "ja" if balance.start_up > 0 and balance.kept_in_all >= 0 else "nein", f"{style}_after"
    )


def _name_results(book: Book, row: int, with_start_up: bool) -> None:
    names = {"Ersparnis_bis_heute": _SAVED_SUM, "Praemien_bis_heute": _PREMIUM_SUM, "Verbleibt_bis_heute": _KEPT_SUM}
    if with_start_up:
        names |= {"Verbleibt_mit_Anschubfinanzierung": _KEPT_IN_ALL}
    for name, column in names.items():
        book.name(name, NEUTRALITY, row, column)


def _write_break_even(book: Book, sheet: Sheet, row: int, rows: list[Balance]) -> int:
    """The first month at whose end the savings cover premiums and start-up contribution; the next row."""
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    found = next((balance.month for balance in rows if balance.start_up > 0 and balance.kept_in_all >= 0), None)
    formula = f'=IFERROR(INDEX({span(first, last, 0)},MATCH("ja",{span(first, last, _EVEN)},0)),"{NOT_YET}")'
    sheet.text(row, 0, "Ersparnisse decken Prämien und Anschubfinanzierung erstmals im Monat:", "bold")
    sheet.live(row, _KEPT_SUM - 1, formula, month_number(found) if found else NOT_YET, "bold_month")
    book.name("Ausgeglichen_ab", NEUTRALITY, row, _KEPT_SUM - 1)
    return row + 1


def _chart(rows: list[Balance]) -> LineChart:
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    end = rows[-1]
    return LineChart(
        title="Ersparnis und Prämien bis heute",
        months=span(first, last, 0, NEUTRALITY),
        series=[
            ("Ersparnis bis heute", span(first, last, _SAVED_SUM, NEUTRALITY)),
            ("Prämien bis heute", span(first, last, _PREMIUM_SUM, NEUTRALITY)),
        ],
        description=(
            f"Liniendiagramm der Tabelle darüber, {german_month(rows[0].month)} bis {german_month(end.month)}: am Ende "
            f"{euros(end.saved_sum)} Ersparnis und {euros(end.premium_sum)} Prämien."
        ),
    )
