"""What a board report shows, whatever it is shown on: facts, answer, areas with figures and charts, definitions."""

from collections.abc import Iterator
from fractions import Fraction

from flows.emit.board.answer import answer
from flows.emit.board.areas import Bars, charts, headlines, paragraph, share_of
from flows.emit.board.figures import in_units, sealed
from schemas.board import Bar, BarChart, Card, KeptReport, ShownArea, ShownReport
from schemas.indicators import INDICATORS, Area, Measure
from schemas.months import german_date
from schemas.report import Report, reader_of

_RETENTION = ("placements_observed", "placements_retained_share")


def shown(report: Report) -> ShownReport:
    """The report, for a page."""
    kept = KeptReport(report.period, report.preliminary, report.audience)
    return ShownReport(
        kept=kept,
        title=report.title,
        facts=tuple(facts(report)),
        answer=answer(report),
        areas=areas(report),
        definitions=tuple(definitions(report)),
        legend=report.legend,
        files=(f"{report.stem}.pdf", f"{report.stem}.xlsx", report.indicators_file),
    )


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """What the report is about, which settlements it knows, and for whom it is."""
    yield "Programm", report.programme.programme.title
    until = f"{german_date(report.year_from)} bis {german_date(report.year_to)}"
    yield "Programmjahr", f"{report.year_number}. ({until})"
    if report.data_state:  # reports of older versions do not keep it
        yield "Datenstand", report.data_state
    yield from sealed(report)
    yield "Redaktion", german_date(report.edited_on)
    yield "Für", reader_of(report.programme, report.audience)


def areas(report: Report) -> tuple[ShownArea, ...]:
    """The areas that the programme has something to say on."""
    return tuple(_area(report, area) for area in report.areas)


def _area(report: Report, area: Area) -> ShownArea:
    cards = tuple(
        Card(
            entry.text,
            entry.label,
            tuple(filter(None, (share_of(entry), entry.period))),
            INDICATORS[entry.indicator].definition,
        )
        for entry in headlines(report, area)
    )
    return ShownArea(str(area), cards, paragraph(report, area), tuple(_chart(chart) for chart in charts(report, area)))


def _chart(chart: Bars) -> BarChart:
    """Bars in thousandths of the longest value, of a whole where they are shares."""
    values = [one.value or Fraction(0) for _, bars in chart.groups for one in bars]
    most = max([*values, Fraction(chart.groups[0][1][0].unit == Measure.SHARE)]) or Fraction(1)
    texts = chart.texts or tuple(bars[0].text for _, bars in chart.groups)
    groups = []
    for (label, bars), text in zip(chart.groups, texts, strict=True):
        words = [text, *(one.text for one in bars[1:])]
        lengths = [max(0, in_units((one.value or Fraction(0)) / most, 1000)) for one in bars]
        groups.append((label, tuple(Bar(*entry) for entry in zip(lengths, words, strict=True))))
    return BarChart(chart.title, chart.names, tuple(groups), chart.description)


def definitions(report: Report) -> Iterator[tuple[str, str]]:
    """Every headline figure and what it counts."""
    names = [entry.indicator for area in report.areas for entry in headlines(report, area)]
    for name in dict.fromkeys([*names, *(_RETENTION if Area.PLACEMENTS in report.areas else ())]):
        yield INDICATORS[name].label, INDICATORS[name].definition
