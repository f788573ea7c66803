"""Sheet `Neutralität` of a statement: what the municipality saved, was charged and keeps, month by month."""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from flows.emit.statement.positions import subtitle
from flows.emit.statement.premium import BROKEN, DERIVATION, HELD, CaseMonth
from flows.emit.statement.premium import TABLE as DERIVED
from flows.emit.xlsx.chart import LineChart
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, month_number
from schemas.documents import Statement
from schemas.money import euros
from schemas.months import german_month, later

NEUTRALITY = "Neutralität"

_COLUMNS = (
    Column("month", "Monat", 11),
    Column("saved", "Ersparnis\nim Monat", 14, True),
    Column("premium", "Prämien\nim Monat", 14, True),
    Column("kept", "Verbleibt\nim Monat", 14, True),
    Column("saved_sum", "Ersparnis\nbis heute", 14, True),
    Column("premium_sum", "Prämien\nbis heute", 14, True),
    Column("kept_sum", "Verbleibt\nbis heute", 14, True),
    Column("held", "Prämien ≤\nErsparnis\nje Fall", 12),
)
_TABLE = Table(NEUTRALITY, *_COLUMNS)
_WITH_START_UP = Table(
    NEUTRALITY,
    *_COLUMNS,
    Column("start_up", "Anschub-\nfinanzierung\nbis heute", 16, True),
    Column("kept_in_all", "Verbleibt mit\nAnschub-\nfinanzierung", 16, True),
    Column("even", "Mit Anschub-\nfinanzierung\nausgeglichen", 15),
)
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
    year = statement.erased_before
    without = f" · ohne Fälle, die vor {year} endeten (Daten gelöscht)" if year else ""
    heading = "Haushaltsneutralität: Ersparnis und Prämien"
    sheet = book.table(_WITH_START_UP if with_start_up else _TABLE, heading, subtitle(statement) + without)
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    table_end = first + sum(month.eligible for month in months) - 1
    for row, balance in enumerate(rows, first):
        style = "total" if row == last else "body"  # the last row is the settled month: its sums are the result
        _write_balance(sheet, row, balance, first, table_end, style)
        if with_start_up:
            _write_with_start_up(sheet, row, balance, style)
    _name_results(sheet, last, with_start_up)
    row = last + 2
    if with_start_up:
        row = _write_break_even(sheet, row, rows) + 1
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
    at = {column: sheet.cell(row, column) for column in _TABLE.names}
    money = f"{style}_money"
    sheet.number(row, "month", month_number(balance.month), f"{style}_month")
    if table_end >= first:
        amounts, own, counted = (
            DERIVED.elsewhere(first, table_end, column) for column in ("saved_cents", "service_month", "counted_month")
        )
        premiums = DERIVED.elsewhere(first, table_end, "premium_cents")
        sheet.live_money(row, "saved", f'=SUMIFS({amounts},{own},{at["month"]},{counted},">0")', balance.saved, money)
        sheet.live_money(row, "premium", f"=SUMIFS({premiums},{own},{at['month']})", balance.premium, money)
    else:
        sheet.money(row, "saved", 0, money)
        sheet.money(row, "premium", 0, money)
    sheet.live_money(row, "kept", f"=ROUND({at['saved']}-{at['premium']},2)", balance.saved - balance.premium, money)
    for column, part, amount in (
        ("saved_sum", "saved", balance.saved_sum),
        ("premium_sum", "premium", balance.premium_sum),
    ):
        sheet.live_money(row, column, f"=SUM({sheet.cell(first, part)}:{at[part]})", amount, money)
    kept = balance.saved_sum - balance.premium_sum
    sheet.live_money(row, "kept_sum", f"=ROUND({at['saved_sum']}-{at['premium_sum']},2)", kept, money)
    if table_end >= first:
        verdicts = DERIVED.elsewhere(first, table_end, "held")
        held = f'=IF(COUNTIFS({own},"<="&{at["month"]},{verdicts},"{BROKEN}")=0,"{HELD}","{BROKEN}")'
        sheet.live(row, "held", held, HELD if balance.held else BROKEN, f"{style}_after")
    else:
        sheet.text(row, "held", HELD, f"{style}_after")
    sheet.warn_unless(row, "held", HELD)


def _write_with_start_up(sheet: Sheet, row: int, balance: Balance, style: str) -> None:
    money = f"{style}_money"
    sheet.money(row, "start_up", balance.start_up, money)
    kept = f"=ROUND({sheet.cell(row, 'kept_sum')}-{sheet.cell(row, 'start_up')},2)"
    sheet.live_money(row, "kept_in_all", kept, balance.kept_in_all, money)
    even = f'=IF(AND({sheet.cell(row, "start_up")}>0,{sheet.cell(row, "kept_in_all")}>=0),"ja","nein")'
    sheet.live(
        row, "even", even, "ja" if balance.start_up > 0 and balance.kept_in_all >= 0 else "nein", f"{style}_after"
    )


def _name_results(sheet: Sheet, row: int, with_start_up: bool) -> None:
    names = {"Ersparnis_bis_heute": "saved_sum", "Praemien_bis_heute": "premium_sum", "Verbleibt_bis_heute": "kept_sum"}
    if with_start_up:
        names |= {"Verbleibt_mit_Anschubfinanzierung": "kept_in_all"}
    for name, column in names.items():
        sheet.name(name, row, column)


def _write_break_even(sheet: Sheet, row: int, rows: list[Balance]) -> int:
    """The first month at whose end the savings cover premiums and start-up contribution; the next row."""
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    found = next((balance.month for balance in rows if balance.start_up > 0 and balance.kept_in_all >= 0), None)
    months, verdicts = (_WITH_START_UP.span(first, last, column) for column in ("month", "even"))
    formula = f'=IFERROR(INDEX({months},MATCH("ja",{verdicts},0)),"{NOT_YET}")'
    sheet.text(row, 0, "Ersparnisse decken Prämien und Anschubfinanzierung erstmals im Monat:", "bold")
    sheet.live(row, "premium_sum", formula, month_number(found) if found else NOT_YET, "bold_month")
    sheet.name("Ausgeglichen_ab", row, "premium_sum")
    return row + 1


def _chart(rows: list[Balance]) -> LineChart:
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    end = rows[-1]
    return LineChart(
        title="Ersparnis und Prämien bis heute",
        months=_TABLE.elsewhere(first, last, "month"),
        series=[
            ("Ersparnis bis heute", _TABLE.elsewhere(first, last, "saved_sum")),
            ("Prämien bis heute", _TABLE.elsewhere(first, last, "premium_sum")),
        ],
        description=(
            f"Liniendiagramm der Tabelle darüber, {german_month(rows[0].month)} bis {german_month(end.month)}: am Ende "
            f"{euros(end.saved_sum)} Ersparnis und {euros(end.premium_sum)} Prämien."
        ),
    )
