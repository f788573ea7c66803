"""The board report's figures and charts: `Projektbeirat-<period>.xlsx`."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import polars as pl

from flows.emit.board.answer import answer
from flows.emit.board.areas import Bars, charts, headlines, share_of
from flows.emit.board.figures import PRELIMINARY, category_name, dimension_name, exact, in_units, sealed, told, written
from flows.emit.wording.words import guarantee_sentence
from flows.emit.xlsx.chart import LineChart
from flows.emit.xlsx.styles import COUNT, EURO_AXIS, SHARE, Page
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, day_number, new_workbook
from schemas.indicators import GERMAN_MEASURE, INDICATORS, Area, Measure
from schemas.money import in_euros
from schemas.months import german_date
from schemas.report import Report

OVERVIEW, NOTES = "Überblick", "Hinweise"
_VALUE_FORMATS = {Measure.EUR: EURO_AXIS, Measure.SHARE: SHARE}
_OVERVIEW = Table(
    OVERVIEW,
    Column("area", "Bereich", 24),
    Column("indicator", "Kennzahl", 40),
    Column("value", "Wert", 16, True),
    Column("unit", "Einheit", 18),
    Column("denominator", "Bezug", 34),
    Column("period", "Zeitraum", 26),
)
_FIGURES = (
    Column("indicator", "Kennzahl", 44),
    Column("dimension", "Aufteilung", 16),
    Column("category", "Kategorie", 36),
    Column("value", "Wert", 16, True),
    Column("unit", "Einheit", 16),
    Column("from", "Von", 12),
    Column("until", "Bis", 12),
)


def write_board_workbook(path: Path, report: Report) -> None:
    """Headline figures, a sheet per chart and per area, definitions; the same report gives the same bytes."""
    programme = report.programme.programme
    page = Page(
        left=f"{report.title} · {programme.county}",
        right=programme.title,
        mark=PRELIMINARY if report.preliminary else "",
    )
    with new_workbook(
        path,
        page,
        title=report.title,
        subject=programme.title,
        author=programme.county,
        created=report.edited_on,
        status="Bericht",
    ) as book:
        _write_overview(book, report)
        for area in report.areas:
            for chart in charts(report, area):
                _write_chart(book, report, chart)
        for area in report.areas:
            _write_area(book, report, area)
        _write_notes(book, report)


def _subtitle(report: Report) -> str:
    return f"{report.title} · Datenstand: {report.data_state} · Redaktion: {german_date(report.edited_on)}"


def _write_value(sheet: Sheet, row: int, column: str, value: Fraction | None, unit: str, suppressed: bool) -> None:
    if value is None:
        sheet.text(row, column, written(None, unit, suppressed), "body_money")
    elif unit in (Measure.EUR, Measure.EUR_PER_HOUR):
        sheet.number(row, column, in_euros(in_units(value, 100)), "body_money")
    elif unit == Measure.SHARE:
        sheet.number(row, column, _stored(value), "body_share")
    else:
        sheet.number(row, column, _stored(value), "body_count" if value.denominator == 1 else "body_hours")


def _stored(value: Fraction) -> Decimal:
    """The number that a spreadsheet keeps of an exact one: the shortest that it reads as the same."""
    return Decimal(repr(float(value)))


def _write_overview(book: Book, report: Report) -> None:
    title = f"{report.programme.programme.county}: {report.title}"
    sheet = book.table(_OVERVIEW, title, _subtitle(report))
    row = FIRST_TABLE_ROW
    for area in report.areas:
        for entry in headlines(report, area):
            sheet.text(row, "area", str(area))
            sheet.text(row, "indicator", entry.label, "body_bold")
            _write_value(sheet, row, "value", entry.value, entry.unit, entry.suppressed)
            sheet.text(row, "unit", GERMAN_MEASURE[Measure(entry.unit)], "body_after")
            sheet.text(row, "denominator", share_of(entry))
            sheet.text(row, "period", entry.period)
            row += 1
    if said := answer(report):
        row = sheet.prose(row + 1, f"Auf einen Blick: {said}")
    _write_legend(sheet, row + 1, report)
    sheet.open_at(FIRST_TABLE_ROW, "value")


def _write_legend(sheet: Sheet, row: int, report: Report) -> None:
    for line in report.legend:
        row = sheet.prose(row, line, "small_prose")


def _write_chart(book: Book, report: Report, chart: Bars) -> None:
    """A table of what the chart shows, and the chart below it."""
    unit = Measure(chart.groups[0][1][0].unit)
    table = Table(
        chart.sheet,
        Column("group", "", 34),
        *(Column(name, name, 18, True) for name in chart.names),
        *((Column("ratio", "Verhältnis", 30),) if chart.texts else ()),
    )
    sheet = book.table(table, chart.title, _subtitle(report))
    first = FIRST_TABLE_ROW
    for row, (label, bars) in enumerate(chart.groups, first):
        sheet.text(row, "group", label)
        for column, entry in zip(chart.names, bars, strict=True):
            _write_value(sheet, row, column, entry.value, entry.unit, entry.suppressed)
        if chart.texts:
            sheet.text(row, "ratio", chart.texts[row - first], "body_after")
    last = first + len(chart.groups) - 1
    sheet.chart(
        last + 2,
        LineChart(
            title=chart.title,
            months=table.elsewhere(first, last, "group"),
            description=chart.description,
            columns=True,
            series=[(name, table.elsewhere(first, last, name)) for name in chart.names],
            values_as=_VALUE_FORMATS.get(unit, COUNT),
            months_as="General",
            least=None if unit == Measure.EUR else 0,
            most=1 if unit == Measure.SHARE else None,
        ),
    )
    _write_legend(sheet, last + 18, report)


def _write_area(book: Book, report: Report, area: Area) -> None:
    """Every figure of an area."""
    sheet = book.table(Table(str(area), *_FIGURES), str(area), _subtitle(report))
    names = [name for name, entry in INDICATORS.items() if entry.area == area]
    row = FIRST_TABLE_ROW
    for entry in told(report).filter(pl.col("indicator").is_in(names)).iter_rows(named=True):
        sheet.text(row, "indicator", INDICATORS[entry["indicator"]].label)
        sheet.text(row, "dimension", dimension_name(entry["dimension"]))
        sheet.text(row, "category", category_name(report, entry["dimension"], entry["category"]))
        _write_value(sheet, row, "value", exact(entry), entry["unit"], entry["suppressed"])
        sheet.text(row, "unit", GERMAN_MEASURE[Measure(entry["unit"])], "body_after")
        sheet.number(row, "from", day_number(entry["period_from"]), "body_date")
        until = INDICATORS[entry["indicator"]].until(entry["period_from"], entry["period_to"])
        sheet.number(row, "until", day_number(until), "body_date")
        row += 1
    if row > FIRST_TABLE_ROW:
        sheet.filter(row - 1)
    _write_legend(sheet, row + 1, report)


def _write_notes(book: Book, report: Report) -> None:
    sheet = book.sheet(NOTES, [34.0, 62.0])
    sheet.title("Hinweise: was die Zahlen bedeuten", _subtitle(report))
    sheet.set_up(landscape=False)
    row = 2
    for label, text in _notes(report):
        sheet.text(row, 0, label, "body_bold")
        sheet.text(row, 1, text, "note")
        row += 1
    _write_legend(sheet, row + 1, report)


def _notes(report: Report) -> Iterator[tuple[str, str]]:
    yield "Datenstand", report.data_state
    yield from sealed(report)
    yield "Redaktion", german_date(report.edited_on)
    if report.preliminary:
        yield "Vorläufig", "Nicht alle Monate des Zeitraums sind freigegeben; die Zahlen können sich noch ändern."
    if Area.NEUTRALITY in report.areas:
        yield "Zusage", guarantee_sentence(report.programme)
    for entry in report.programme.funding:
        yield f"Förderung {entry.name}", entry.notice
    for indicator in INDICATORS.values():
        if indicator.area in report.areas:
            yield indicator.label, indicator.definition
