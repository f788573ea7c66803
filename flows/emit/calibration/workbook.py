"""The calibration's workbook: `Kalkulation-<date>.xlsx`."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import polars as pl

from flows.emit.calibration.words import cap, closing, in_placements, recommendation, value
from flows.emit.xlsx.chart import LineChart
from flows.emit.xlsx.styles import EURO_AXIS, SHARE, Page
from flows.emit.xlsx.workbook import FIRST_TABLE_ROW, Book, Column, Sheet, cell, new_workbook, span
from schemas.calibration import Calibration
from schemas.money import euros, percent
from schemas.months import german_date

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
    Column("Prämien", 17, True),
    Column("Anschubfinanzierung", 19, True),
    Column("Vertragskosten\ndes Trägers", 17, True),
    Column("Kostendeckung", 14, True),
    Column("Ersparnis\nder Kommunen", 17, True),
    Column("Was den Kommunen\nbleibt", 17, True),
    Column("Kommunen mit\nNachteil", 13, True),
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
    at = answer.rows(answer.cap_cents).row(by_predicate=pl.col(answer.value_column) == answer.agreed, named=True)
    yield f"Kostendeckung beim vereinbarten {what}", _coverage(at["coverage_units"])
    yield f"Niedrigster {what}, der die Kosten deckt", value(answer, answer.limits.covering)
    yield f"Höchster {what} ohne Nachteil für eine Kommune", value(answer, answer.limits.neutral)
    if answer.gap is not None:
        yield f"Es fehlen bei {value(answer, answer.chosen)}", euros(answer.gap.missing_cents)
        yield "Nachteil der betroffenen Kommunen zusammen", euros(answer.gap.shortfall_cents)
        yield "Weg dorthin", closing(answer.gap)
    yield "Vertragskosten des Trägers", euros(answer.cost_cents)
    yield "Vermittlungen", in_placements(answer.placements_units)


def _coverage(units: int | None) -> str:
    return "keine Vertragskosten" if units is None else percent(units)


def _write_value(sheet: Sheet, row: int, answer: Calibration, of: int) -> None:
    if answer.milestones:
        sheet.money(row, 0, of)
    else:
        sheet.number(row, 0, Decimal(of).scaleb(-4), "body_share")


def _write_totals(sheet: Sheet, row: int, column: int, answer: Calibration, entry: dict[str, int]) -> None:
    cost = answer.cost_cents
    sheet.money(row, column, entry["premium_cents"])
    sheet.money(row, column + 1, entry["start_up_cents"])
    sheet.money(row, column + 2, cost)
    if cost:
        sheet.number(row, column + 3, Decimal(entry["coverage_units"]).scaleb(-4), "body_share")
    else:
        sheet.text(row, column + 3, "–", "body_centre")
    sheet.money(row, column + 4, entry["saved_cents"])
    sheet.money(row, column + 5, entry["net_cents"])
    sheet.number(row, column + 6, entry["worse_off"])


def _write_curve(book: Book, answer: Calibration) -> None:
    columns = (Column(_what(answer), 16, True), Column("Einnahmen:\nPrämien und Anschub", 19, True), *_TOTALS)
    sheet = book.table(CURVE, f"Kostendeckung und Ersparnis, {cap(answer.cap_cents)}", _subtitle(answer), columns)
    rows = answer.rows(answer.cap_cents)
    first = FIRST_TABLE_ROW
    for row, entry in enumerate(rows.iter_rows(named=True), first):
        _write_value(sheet, row, answer, entry[answer.value_column])
        sheet.money(row, 1, entry["income_cents"])
        _write_totals(sheet, row, 2, answer, entry)


def _curve(answer: Calibration) -> LineChart:
    """Income, cost and what is left, over the values of the sheet `Kurve`."""
    first, last = FIRST_TABLE_ROW, FIRST_TABLE_ROW + answer.rows(answer.cap_cents).height - 1
    names = (
        (1, "Einnahmen (Prämien und Anschubfinanzierung)"),
        (4, "Vertragskosten des Trägers"),
        (7, "Was den Kommunen bleibt"),
    )
    return LineChart(
        title=f"Einnahmen, Vertragskosten und was den Kommunen bleibt, nach {_what(answer)}",
        months=span(first, last, 0, CURVE),
        series=[(name, span(first, last, column, CURVE)) for column, name in names],
        description=f"Linien über dem {_what(answer)}. {recommendation(answer)}",
        months_as=EURO_AXIS if answer.milestones else SHARE,
        width=640,
        markers=False,
        every=10,
    )


def _write_grid(book: Book, answer: Calibration) -> None:
    columns = (Column(_what(answer), 16, True), Column("Höchstbetrag je Fall", 18), *_TOTALS)
    sheet = book.table(GRID, "Andere Höchstbeträge", _subtitle(answer), columns)
    row = FIRST_TABLE_ROW
    coarse = pl.col(answer.value_column).mod(_COARSE_SHARE) == 0 if not answer.milestones else pl.lit(True)
    shown = answer.grid.filter(coarse | (pl.col(answer.value_column) == answer.agreed))
    for entry in shown.iter_rows(named=True):
        _write_value(sheet, row, answer, entry[answer.value_column])
        if entry["cap_cents"] is None:
            sheet.text(row, 1, "ohne", "body_after")
        else:
            sheet.money(row, 1, entry["cap_cents"])
        _write_totals(sheet, row, 2, answer, entry)
        row += 1
    sheet.filter(FIRST_TABLE_ROW - 1, row - 1, len(columns))


def _write_municipalities(book: Book, answer: Calibration) -> None:
    columns = (
        Column("Kommune", 32), Column("Bedingungen", 24), Column("Ersparnis", 17, True), Column("Prämien", 17, True),
        Column("Anschubfinanzierung", 19, True), Column("Was bleibt", 17, True),
    )  # fmt: skip
    sheet = book.table(MUNICIPALITIES, "Wirkung je Kommune", _subtitle(answer), columns)
    row = FIRST_TABLE_ROW
    stated = {f"vereinbart: {value(answer, answer.agreed)}": answer.at_agreed}
    if answer.chosen != answer.agreed:
        label = "empfohlen" if answer.limits.both else "gerechnet"
        stated[f"{label}: {value(answer, answer.chosen)}"] = answer.at_chosen
    for label, members in stated.items():
        for entry in members.iter_rows(named=True):
            sheet.text(row, 0, answer.programme.members[entry["ags"]].name)
            sheet.text(row, 1, label)
            for column, name in enumerate(_OF_MEMBERS, 2):
                sheet.money(row, column, entry[name])
            row += 1
    sheet.filter(FIRST_TABLE_ROW - 1, row - 1, len(columns))
    last = row - 1
    for row, (label, members) in enumerate(stated.items(), last + 1):
        sheet.text(row, 0, "Summe", "total_left")
        sheet.text(row, 1, label, "total_left")
        for column, name in enumerate(_OF_MEMBERS, 2):
            labels, amounts = (span(FIRST_TABLE_ROW, last, of) for of in (1, column))
            total = f"=SUMIF({labels},{cell(row, 1)},{amounts})"  # of the terms, however the rows are sorted
            sheet.live_money(row, column, total, int(members[name].sum()), "total_money")


def _write_scenarios(book: Book, answer: Calibration) -> None:
    columns = (
        Column("Umstände", 42), Column("Höchstbetrag je Fall", 19, True), Column("Vermittlungen", 15, True),
        Column("Niedrigster Wert,\nder die Kosten deckt", 20, True), Column("Höchster Wert\nohne Nachteil", 18, True),
        Column("Beides zugleich", 16),
    )  # fmt: skip
    sheet = book.table(SCENARIOS, "Was sich unter anderen Umständen ergibt", _subtitle(answer), columns)
    for row, entry in enumerate(answer.scenarios, FIRST_TABLE_ROW):
        sheet.text(row, 0, entry.label)
        sheet.text(row, 1, "ohne" if entry.cap_cents is None else euros(entry.cap_cents), "body_money")
        sheet.text(row, 2, in_placements(entry.placements_units), "body_money")
        sheet.text(row, 3, value(answer, entry.limits.covering), "body_money")
        sheet.text(row, 4, value(answer, entry.limits.neutral), "body_money")
        sheet.text(row, 5, "möglich" if entry.limits.both else "nicht möglich", "body_after")


def _write_notes(book: Book, answer: Calibration) -> None:
    sheet = book.sheet(NOTES, [24.0, 70.0])
    sheet.title("Hinweise", _subtitle(answer))
    sheet.set_up(landscape=False)
    for row, (label, text) in enumerate(_notes(), 2):
        sheet.text(row, 0, label, "body_bold")
        sheet.text(row, 1, text, "note")


def _notes() -> Iterator[tuple[str, str]]:
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
