"""The calibration's workbook: `Kalkulation-<date>.xlsx`."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl

from flows.emit.calibration.words import cap, closing, coverage, in_placements, recommendation, value
from flows.emit.wording.words import GUARANTEE_OF_CASES
from flows.emit.xlsx.chart import LineChart
from flows.emit.xlsx.styles import EURO_AXIS, SHARE, Page
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, new_workbook
from schemas.calibration import Calibration
from schemas.money import euros
from schemas.months import german_date
from schemas.programme.programme import Programme

RESULT, CURVE, GRID, MUNICIPALITIES, SCENARIOS, NOTES = (
    "Ergebnis",
    "Kurve",
    "Raster",
    "Kommunen",
    "Szenarien",
    "Hinweise",
)
_COARSE_SHARE = 500  # steps of 5 % beside the other caps; the curve has every percent
_TOTALS = (
    Column("premium_cents", "Prämien", 17, True),
    Column("start_up_cents", "Anschubfinanzierung", 19, True),
    Column("cost_cents", "Vertragskosten\ndes Trägers", 17, True),
    Column("coverage", "Kostendeckung", 14, True),
    Column("saved_cents", "Ersparnis\nder Kommunen", 17, True),
    Column("net_cents", "Was den Kommunen\nbleibt", 17, True),
    Column("worse_off", "Kommunen mit\nNachteil", 13, True),
)
_MUNICIPALITY_TABLE = Table(
    MUNICIPALITIES,
    Column("municipality", "Kommune", 32),
    Column("terms", "Bedingungen", 24),
    Column("saved_cents", "Ersparnis", 17, True),
    Column("premium_cents", "Prämien", 17, True),
    Column("start_up_cents", "Anschubfinanzierung", 19, True),
    Column("net_cents", "Was bleibt", 17, True),
)
_SCENARIO_TABLE = Table(
    SCENARIOS,
    Column("circumstances", "Umstände", 42),
    Column("cap", "Höchstbetrag je Fall", 19, True),
    Column("placements", "Vermittlungen", 15, True),
    Column("covering", "Niedrigster Wert,\nder die Kosten deckt", 20, True),
    Column("neutral", "Höchster Wert\nohne Nachteil", 18, True),
    Column("both", "Beides zugleich", 16),
)
_OF_MEMBERS = ("saved_cents", "premium_cents", "start_up_cents", "net_cents")


def write_calibration(path: Path, answer: Calibration) -> None:
    """Recommendation, curve with chart, all terms, municipalities with their sums, scenarios, definitions; the same bytes each time."""
    county, subject = answer.programme.programme.county, answer.programme.programme.title
    title = f"Kalkulation der Prämie vom {german_date(answer.calculated_on)}"
    page = Page(left=f"{title} · {county}", right=subject)
    with new_workbook(
        path, page, title=title, subject=subject, author=county, created=answer.calculated_on, status="Berechnung"
    ) as book:
        _write_result(book, answer, title)
        _write_curve(book, answer)
        _write_grid(book, answer)
        _write_municipalities(book, answer)
        _write_scenarios(book, answer)
        _write_notes(book, answer)


def _subtitle(answer: Calibration) -> str:
    return f"{answer.programme.programme.title} · {answer.source}"


def _what(answer: Calibration) -> str:
    return "Betrag je Fall" if answer.milestones else "Anteil an der Ersparnis"


def _write_result(book: Book, answer: Calibration, title: str) -> None:
    sheet = book.sheet(RESULT, [44.0, 46.0])
    sheet.title(title, _subtitle(answer))
    sheet.set_up(landscape=False)
    sheet.height(2, 8)
    row = sheet.prose(3, recommendation(answer), "answer")
    row += 1
    sheet.text(row, 0, "Ergebnis", "section")
    sheet.text(row, 1, "", "section")
    for label, text in _facts(answer):
        row += 1
        sheet.text(row, 0, label, "fact_label")
        sheet.text(row, 1, text, "note")
    row += 2
    sheet.text(row, 0, "Grundlage der Rechnung", "section")
    sheet.text(row, 1, "", "section")
    for label, text in answer.basis:
        row += 1
        sheet.text(row, 0, label, "fact_label")
        sheet.text(row, 1, text, "note")
    sheet.chart(row + 2, _curve(answer))
    sheet.open_at(3, 0)


def _facts(answer: Calibration) -> Iterator[tuple[str, str]]:
    what = "Betrag" if answer.milestones else "Anteil"
    yield f"Vereinbarter {what}", f"{value(answer, answer.agreed)}, {cap(answer.cap_cents)}"
    yield f"Kostendeckung beim vereinbarten {what}", coverage(answer.at_own["coverage_units"])
    yield f"Niedrigster {what}, der die Kosten deckt", value(answer, answer.limits.covering)
    yield f"Höchster {what} ohne Nachteil für eine Kommune", value(answer, answer.limits.neutral)
    if answer.gap is not None:
        yield f"Es fehlen bei {value(answer, answer.chosen)}", euros(answer.gap.missing_cents)
        yield "Nachteil der betroffenen Kommunen zusammen", euros(answer.gap.shortfall_cents)
        yield "Weg dorthin", closing(answer.gap)
    yield "Vertragskosten des Trägers", euros(answer.cost_cents)
    yield "Vermittlungen", in_placements(answer.placements_units)


def _write_value(sheet: Sheet, row: int, answer: Calibration, of: int) -> None:
    if answer.milestones:
        sheet.money(row, "value", of)
    else:
        sheet.number(row, "value", Decimal(of).scaleb(-4), "body_share")


def _write_totals(sheet: Sheet, row: int, answer: Calibration, entry: dict[str, int]) -> None:
    for name in ("premium_cents", "start_up_cents", "saved_cents", "net_cents"):
        sheet.money(row, name, entry[name])
    sheet.money(row, "cost_cents", answer.cost_cents)
    if answer.cost_cents:
        sheet.number(row, "coverage", Decimal(entry["coverage_units"]).scaleb(-4), "body_share")
    else:
        sheet.text(row, "coverage", "–", "body_centre")
    sheet.number(row, "worse_off", entry["worse_off"])


def _curve_table(answer: Calibration) -> Table:
    income = Column("income_cents", "Einnahmen:\nPrämien und Anschub", 19, True)
    return Table(CURVE, Column("value", _what(answer), 16, True), income, *_TOTALS)


def _write_curve(book: Book, answer: Calibration) -> None:
    title = f"Kostendeckung und Ersparnis, {cap(answer.cap_cents)}"
    sheet = book.table(_curve_table(answer), title, _subtitle(answer))
    rows = answer.rows(answer.cap_cents)
    first = FIRST_TABLE_ROW
    for row, entry in enumerate(rows.iter_rows(named=True), first):
        _write_value(sheet, row, answer, entry[answer.value_column])
        sheet.money(row, "income_cents", entry["income_cents"])
        _write_totals(sheet, row, answer, entry)


def _curve(answer: Calibration) -> LineChart:
    """Income, cost and what is left, over the values of the sheet `Kurve`."""
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + answer.rows(answer.cap_cents).height - 1
    table = _curve_table(answer)
    names = {
        "income_cents": "Einnahmen (Prämien und Anschubfinanzierung)",
        "cost_cents": "Vertragskosten des Trägers",
        "net_cents": "Was den Kommunen bleibt",
    }
    return LineChart(
        title=f"Einnahmen, Vertragskosten und was den Kommunen bleibt, nach {_what(answer)}",
        months=table.elsewhere(first, last, "value"),
        series=[(name, table.elsewhere(first, last, column)) for column, name in names.items()],
        description=f"Linien über dem {_what(answer)}. {recommendation(answer)}",
        months_as=EURO_AXIS if answer.milestones else SHARE,
        width=640,
        markers=False,
        every=10,
    )


def _write_grid(book: Book, answer: Calibration) -> None:
    table = Table(GRID, Column("value", _what(answer), 16, True), Column("cap", "Höchstbetrag je Fall", 18), *_TOTALS)
    sheet = book.table(table, "Andere Höchstbeträge", _subtitle(answer))
    row = FIRST_TABLE_ROW
    coarse = pl.col(answer.value_column).mod(_COARSE_SHARE) == 0 if not answer.milestones else pl.lit(True)
    shown = answer.grid.filter(coarse | (pl.col(answer.value_column) == answer.agreed))
    for entry in shown.iter_rows(named=True):
        _write_value(sheet, row, answer, entry[answer.value_column])
        if entry["cap_cents"] is None:
            sheet.text(row, "cap", "ohne", "body_after")
        else:
            sheet.money(row, "cap", entry["cap_cents"])
        _write_totals(sheet, row, answer, entry)
        row += 1
    sheet.filter(row - 1)


def _write_municipalities(book: Book, answer: Calibration) -> None:
    sheet = book.table(_MUNICIPALITY_TABLE, "Wirkung je Kommune", _subtitle(answer))
    row = FIRST_TABLE_ROW
    stated = {f"vereinbart: {value(answer, answer.agreed)}": answer.at_agreed}
    if answer.chosen != answer.agreed:
        label = "empfohlen" if answer.limits.both else "gerechnet"
        stated[f"{label}: {value(answer, answer.chosen)}"] = answer.at_chosen
    for label, members in stated.items():
        for entry in members.iter_rows(named=True):
            sheet.text(row, "municipality", answer.programme.members[entry["ags"]].name)
            sheet.text(row, "terms", label)
            for name in _OF_MEMBERS:
                sheet.money(row, name, entry[name])
            row += 1
    sheet.filter(row - 1)
    last = row - 1
    for row, (label, members) in enumerate(stated.items(), last + 1):
        sheet.text(row, "municipality", "Summe", "total_left")
        sheet.text(row, "terms", label, "total_left")
        for name in _OF_MEMBERS:
            labels, amounts = (_MUNICIPALITY_TABLE.span(FIRST_TABLE_ROW, last, column) for column in ("terms", name))
            total = (
                f"=SUMIF({labels},{sheet.cell(row, 'terms')},{amounts})"  # of the terms, however the rows are sorted
            )
            sheet.live_money(row, name, total, int(members[name].sum()), "total_money")


def _write_scenarios(book: Book, answer: Calibration) -> None:
    sheet = book.table(_SCENARIO_TABLE, "Was sich unter anderen Umständen ergibt", _subtitle(answer))
    for row, entry in enumerate(answer.scenarios, FIRST_TABLE_ROW):
        sheet.text(row, "circumstances", entry.label)
        sheet.text(row, "cap", "ohne" if entry.cap_cents is None else euros(entry.cap_cents), "body_money")
        sheet.text(row, "placements", in_placements(entry.placements_units), "body_money")
        sheet.text(row, "covering", value(answer, entry.limits.covering), "body_money")
        sheet.text(row, "neutral", value(answer, entry.limits.neutral), "body_money")
        sheet.text(row, "both", "möglich" if entry.limits.both else "nicht möglich", "body_after")


def _write_notes(book: Book, answer: Calibration) -> None:
    sheet = book.sheet(NOTES, [24.0, 70.0])
    sheet.title("Hinweise", _subtitle(answer))
    sheet.set_up(landscape=False)
    for row, (label, text) in enumerate(_notes(answer.programme), 2):
        sheet.text(row, 0, label, "body_bold")
        sheet.text(row, 1, text, "note")


def _notes(programme: Programme) -> Iterator[tuple[str, str]]:
    yield (
        "Kostendeckung",
        "Prämien und Anschubfinanzierung, geteilt durch die Vertragskosten des Trägers im selben Zeitraum; nicht aufgerundet, so dass 100 % erst erscheinen, wenn die Kosten gedeckt sind.",
    )
    yield (
        "Ersparnis",
        "Ersparte Leistungen und Krankenkosten aller Beschäftigungsmonate, abzüglich entgangener Landespauschalen; auch der Monate nach der letzten Prämie.",
    )
    yield (
        "Was den Kommunen bleibt",
        "Ersparnis abzüglich Prämien und Anschubfinanzierung. Ein Nachteil besteht, wo dieser Betrag für eine Kommune unter 0 liegt.",
    )
    yield (
        "Ausgleich zur Kostenneutralität",
        "Was Prämien über die Ersparnis aller Fälle einer Kommune hinaus ausmachen, wird ihr nicht berechnet und fehlt dem Träger; hier ist es von den Prämien abgezogen."
        if programme.made_good
        else GUARANTEE_OF_CASES,
    )
    yield (
        "Anteil oder Betrag",
        "Was vom Ersparten (oder als fester Betrag je Fall) an den Träger geht. Gerechnet wird mit derselben Rechnung wie in der Abrechnung, mit den übrigen Bedingungen des neuesten Prämienabschnitts der Programmdatei für alle Fälle.",
    )
    yield (
        "Höchstbetrag",
        "Obergrenze der Prämie je Fall. Prämien sind nie höher als das, was der Fall bis dahin erspart hat.",
    )
    yield (
        "Schließen einer Lücke",
        "Fehlbetrag, geteilt durch die durchschnittliche Prämie je Vermittlung (je Beschäftigungsmonat), aufgerundet; wo Kommunen schon ohne Prämie einen Nachteil haben, ihr Nachteil, geteilt durch die durchschnittliche Ersparnis, für jede Kommune aufgerundet: eine Schätzung unter der Annahme, dass weitere Vermittlungen verlaufen wie die bisherigen.",
    )
    yield (
        "Szenarien",
        "Mehr oder weniger Vermittlungen mit gleichem Verlauf; „keine Beschäftigung länger als …“ bricht jeden Verlauf nach so vielen Monaten ab.",
    )
    yield (
        "Grenze der Aussage",
        "Wer erst kurz beschäftigt ist, hat noch wenig erspart: Je jünger die Fälle, desto vorsichtiger ist das Ergebnis zu lesen.",
    )
