"""Sheet `Neutralität` of a statement: what the municipality saved, was charged and keeps, month by month."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from flows.emit.statement.positions import subtitle
from flows.emit.statement.premium import DERIVATION, CaseMonth
from flows.emit.statement.premium import TABLE as DERIVED
from flows.emit.wording.words import BROKEN, HELD
from flows.emit.xlsx.chart import LineChart
from flows.emit.xlsx.formula import Term
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, month_number
from schemas.documents import NONE, Statement
from schemas.guarantee import within_saving
from schemas.money import euros, in_euros
from schemas.months import Month, german_month, later

NEUTRALITY = "Neutralität"

_COLUMNS = (
    Column("month", "Monat", 11),
    Column("saved", "Ersparnis\nim Monat", 14, True),
    Column("premium", "Prämien\nim Monat", 14, True),
    Column("made_good", "Ausgleich\nim Monat", 14, True),
    Column("kept", "Verbleibt\nim Monat", 14, True),
    Column("saved_sum", "Ersparnis\nbis heute", 14, True),
    Column("charged_sum", "Prämien und\nAusgleich\nbis heute", 14, True),
    Column("kept_sum", "Verbleibt\nbis heute", 14, True),
    Column("held", "Prämien und\nAusgleich ≤\nErsparnis", 13),
)
_TABLE = Table(NEUTRALITY, *_COLUMNS)
_WITH_START_UP = Table(
    NEUTRALITY,
    *_COLUMNS,
    Column("start_up", "Anschub-\nfinanzierung\nbis heute", 16, True),
    Column("kept_in_all", "Verbleibt mit\nAnschub-\nfinanzierung", 16, True),
    Column("even", "Mit Anschub-\nfinanzierung\nausgeglichen", 15),
)
NOT_YET, CLOSED = "noch nicht erreicht", "abgeschlossen"


class Balance(NamedTuple):
    """One month: saving of all cases, what was posted for it, and both to date, in cents."""

    month: Month
    saved: int
    premium: int
    made_good: int  # neutrality
    saved_sum: int
    charged_sum: int  # premiums and neutrality
    start_up: int  # to date

    @property
    def kept_in_all(self) -> int:
        """Saving less premiums, neutrality and start-up contribution to date."""
        return self.saved_sum - self.charged_sum - self.start_up


def balances(statement: Statement) -> list[Balance]:
    """Every month from the first one with saving or postings to the run's, from what is posted (RULES section 5.2)."""
    known = statement.neutrality.balances
    columns = ("service_month", "saved_cents", "premium_cents", "neutrality_cents", "start_up_cents")
    rows = zip(*(known[name] for name in columns), strict=True)
    of_month = {month: figures for month, *figures in rows if month <= statement.month}
    if not of_month:
        return []
    run = [min(of_month)]
    while run[-1] < statement.month:
        run.append(later(run[-1], 1))
    saved, premium, made_good, start_up = zip(*(of_month.get(month, (0, 0, 0, 0)) for month in run), strict=True)
    saved_sums, start_ups = accumulate(saved), accumulate(start_up)
    charged_sums = accumulate(map(sum, zip(premium, made_good, strict=True)))
    columns_of_run = zip(run, saved, premium, made_good, saved_sums, charged_sums, start_ups, strict=True)
    return [Balance(*figures) for figures in columns_of_run]


def _verdict(statement: Statement, balance: Balance) -> str:
    """Whether the guarantee holds at the end of a month: of the municipality, or of all its cases up to then."""
    if balance.month <= statement.neutrality.closed_until:
        return CLOSED
    if statement.programme.made_good:
        return HELD if within_saving(balance.charged_sum, balance.saved_sum) else BROKEN
    known = statement.neutrality.guaranteed
    rows = zip(*(known[name] for name in ("service_month", "charged_cents", "saved_cents")), strict=True)
    held = all(within_saving(charged, saved) for month, charged, saved in rows if month <= balance.month)
    return HELD if held else BROKEN


def write_neutrality(book: Book, statement: Statement, months: list[CaseMonth]) -> None:
    """Saved, charged, remaining: this month and to date, without and with the start-up contribution, and a chart.

    No sheet where there is neither saving nor start-up contribution yet.
    """
    rows = balances(statement)
    if not rows:
        return
    with_start_up = rows[-1].start_up != 0
    heading = "Haushaltsneutralität: Ersparnis und Prämien"
    sheet = book.table(_WITH_START_UP if with_start_up else _TABLE, heading, subtitle(statement))
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    table_end = first + sum(month.eligible for month in months) - 1
    derived: dict[str, int] = {}  # month → saving on the sheet with the derivation, which leaves erased cases out
    for month in months:
        derived[month.service_month] = derived.get(month.service_month, 0) + month.eligible * month.saved_cents
    for row, balance in enumerate(rows, first):
        style = "total" if row == last else "body"  # the last row is the settled month: its sums are the result
        amounts, own = (DERIVED.elsewhere(first, table_end, column) for column in ("saved_cents", "service_month"))
        found = Term(f"SUMIFS({amounts},{own},{sheet.cell(row, 'month')})", in_euros(derived.get(balance.month, 0)))
        _write_balance(sheet, row, balance, found if table_end >= first else Term("0", Decimal(0)), statement, style)
        if with_start_up:
            _write_with_start_up(sheet, row, balance, style)
    _name_results(sheet, last, with_start_up)
    row = last + 2
    if with_start_up:
        row = _write_break_even(sheet, row, rows) + 1
    with_erased = any(derived.get(balance.month, 0) != balance.saved for balance in rows)
    for sentence in _legend(statement, with_start_up, with_erased):
        row = sheet.prose(row, sentence, "small_prose")
    if len(rows) > 1 and rows[-1].saved_sum:
        sheet.chart(row + 1, _chart(rows))


def _legend(statement: Statement, with_start_up: bool, with_erased: bool) -> Iterator[str]:
    month = german_month(statement.month)
    yield f"Die letzte Zeile ist der Stand am Ende des Abrechnungsmonats {month}; „bis heute“ heißt: bis zum Ende des Monats der Zeile."
    yield (
        f"Ersparnis ist die Summe aller Fälle und Monate auf dem Blatt „{DERIVATION}“, ob sie für die Prämie zählen oder nicht; sie kann negativ "
        "sein. Prämien und Ausgleich sind die gebuchten Beträge des Leistungsmonats einschließlich dieser Abrechnung, Berichtigungen und Stornos "
        "eingerechnet; vor Einführung dieses Verfahrens berechnete Beträge stehen auf keiner Seite."
    )
    if statement.erased_before and with_erased:
        yield (
            f"Die Daten der Fälle, die vor {statement.erased_before} endeten, sind gelöscht: Auf dem Blatt „{DERIVATION}“ stehen sie nicht mehr; "
            "ihre Ersparnis und ihre Prämien sind hier weiter enthalten."
        )
    if statement.programme.made_good:
        yield (
            "Zusage des Kreises: Prämien und Ausgleich zusammen sind für die Kommune nie höher als die Ersparnis ihrer Fälle bis dahin (eine negative "
            "Ersparnis zählt als 0,00 €). Was Prämien darüber hinaus ausmachen, nimmt der „Ausgleich zur Kostenneutralität“ zurück; "
            "ersparen spätere Monate mehr, wird er wieder berechnet."
        )
    else:
        yield (
            "Zusage des Kreises: Prämien werden für jeden Fall höchstens in der Höhe berechnet, in der er die Kommune bis dahin entlastet hat "
            f"(Blatt „{DERIVATION}“). Ein Ausgleich über alle Fälle der Kommune ist in diesem Programm nicht vereinbart; "
            "geprüft ist die letzte Spalte deshalb für jeden Fall."
        )
    if statement.neutrality.closed_until:
        yield f"„{CLOSED}“: In abgeschlossenen Monaten bleibt, was gebucht ist; was sich dort seither geändert hat, ist im ersten offenen Monat abgerechnet."
    if with_start_up:
        yield (
            "Die Anschubfinanzierung liegt außerhalb dieser Zusage; die letzten Spalten zeigen, ab wann sie durch Ersparnisse gedeckt ist. "
            f"„{NONE}“ steht, solange sie noch nicht fällig ist."
        )


def _write_balance(sheet: Sheet, row: int, balance: Balance, saved: Term, statement: Statement, style: str) -> None:
    first, at = FIRST_TABLE_ROW, {column: sheet.cell(row, column) for column in _TABLE.names}
    money = f"{style}_money"
    sheet.number(row, "month", month_number(balance.month), f"{style}_month")
    sheet.derived(row, "saved", balance.saved, saved, style=money)
    sheet.money(row, "premium", balance.premium, money)
    sheet.money(row, "made_good", balance.made_good, money)
    kept = f"=ROUND({at['saved']}-{at['premium']}-{at['made_good']},2)"
    sheet.live_money(row, "kept", kept, balance.saved - balance.premium - balance.made_good, money)
    sheet.live_money(row, "saved_sum", f"=SUM({sheet.cell(first, 'saved')}:{at['saved']})", balance.saved_sum, money)
    charged = f"=SUM({sheet.cell(first, 'premium')}:{at['made_good']})"
    sheet.live_money(row, "charged_sum", charged, balance.charged_sum, money)
    kept_sum = balance.saved_sum - balance.charged_sum
    sheet.live_money(row, "kept_sum", f"=ROUND({at['saved_sum']}-{at['charged_sum']},2)", kept_sum, money)
    verdict = _verdict(statement, balance)
    if statement.programme.made_good and verdict != CLOSED:
        formula = f'=IF({at["charged_sum"]}<=MAX(0,{at["saved_sum"]}),"{HELD}","{BROKEN}")'
        sheet.live(row, "held", formula, verdict, f"{style}_after")
    else:
        sheet.text(row, "held", verdict, f"{style}_after")
    if verdict != CLOSED:
        sheet.warn_unless(row, "held", HELD)


def _write_with_start_up(sheet: Sheet, row: int, balance: Balance, style: str) -> None:
    money = f"{style}_money"
    sheet.money(row, "start_up", balance.start_up, money)
    kept = f"=ROUND({sheet.cell(row, 'kept_sum')}-{sheet.cell(row, 'start_up')},2)"
    sheet.live_money(row, "kept_in_all", kept, balance.kept_in_all, money)
    even = f'=IF({sheet.cell(row, "start_up")}>0,IF({sheet.cell(row, "kept_in_all")}>=0,"ja","nein"),"{NONE}")'
    covered = "ja" if balance.kept_in_all >= 0 else "nein"
    sheet.live(row, "even", even, covered if balance.start_up > 0 else NONE, f"{style}_after")


def _name_results(sheet: Sheet, row: int, with_start_up: bool) -> None:
    names = {"Ersparnis_bis_heute": "saved_sum", "Praemien_bis_heute": "charged_sum", "Verbleibt_bis_heute": "kept_sum"}
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
    sheet.live(row, "charged_sum", formula, month_number(found) if found else NOT_YET, "bold_month")
    sheet.name("Ausgeglichen_ab", row, "charged_sum")
    return row + 1


def _chart(rows: list[Balance]) -> LineChart:
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + len(rows) - 1
    end = rows[-1]
    return LineChart(
        title="Ersparnis und Prämien bis heute",
        months=_TABLE.elsewhere(first, last, "month"),
        series=[
            ("Ersparnis bis heute", _TABLE.elsewhere(first, last, "saved_sum")),
            ("Prämien und Ausgleich bis heute", _TABLE.elsewhere(first, last, "charged_sum")),
        ],
        description=(
            f"Liniendiagramm der Tabelle darüber, {german_month(rows[0].month)} bis {german_month(end.month)}: am Ende "
            f"{euros(end.saved_sum)} Ersparnis und {euros(end.charged_sum)} Prämien und Ausgleich."
        ),
    )
