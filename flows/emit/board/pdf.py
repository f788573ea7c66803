"""The board report to read in five minutes: `Projektbeirat-<period>.pdf`."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from flows.emit.board.answer import answer
from flows.emit.board.areas import Bars, charts, headlines, paragraph, share_of
from flows.emit.board.figures import PRELIMINARY, Figure, figures, in_units, newest, sealed, total
from flows.emit.files import replacing
from flows.emit.pdf.typesetting import typeset
from schemas.indicators import INDICATORS, Area, Measure
from schemas.months import german_date
from schemas.report import BOARD, COUNTY, Report

_RETENTION = ("placements_observed", "placements_retained_share")
_MONEY = ("savings", "premiums", "start_up", "net_effect", "agh_cost")


def write_board_pdf(path: Path, report: Report) -> None:
    """The answer, an area after the other with headline figures first, definitions; the same report gives the same bytes."""
    with replacing(path) as part:
        part.write_bytes(typeset("board", content(report), report.edited_on))


def content(report: Report) -> dict[str, object]:
    """What the template prints."""
    programme = report.programme.programme
    mark = PRELIMINARY if report.preliminary else ""
    return {
        "title": report.title,
        "county": programme.county,
        "mark": mark,
        "foot": " · ".join(part for part in (mark, report.title, programme.county) if part),
        "facts": [
            ["Programm", programme.title],
            [
                "Programmjahr",
                f"{report.year_number}. ({german_date(report.year_from)} bis {german_date(report.year_to)})",
            ],
            ["Datenstand", report.data_state],
            *map(list, sealed(report)),
            ["Redaktion", german_date(report.edited_on)],
            ["Für", _reader(report)],
        ],
        "answer": answer(report),
        "areas": [_area(report, area) for area in report.areas],
        "money": _money(report),
        "definitions": [list(entry) for entry in definitions(report)],
        "legend": list(report.legend),
    }


def _reader(report: Report) -> str:
    if report.audience == BOARD:
        return "Projektbeirat"
    return (
        report.programme.programme.county
        if report.audience == COUNTY
        else report.programme.members[report.audience].name
    )


def _area(report: Report, area: Area) -> dict[str, object]:
    return {
        "title": str(area),
        "cards": [
            [entry.text, entry.label, [*filter(None, (share_of(entry), entry.period))]]
            for entry in headlines(report, area)
        ],
        "paragraph": paragraph(report, area),
        "charts": [_chart(chart) for chart in charts(report, area)],
    }


def _chart(chart: Bars) -> dict[str, object]:
    values = [one.value or Fraction(0) for _, bars in chart.groups for one in bars]
    most = max([*values, Fraction(chart.groups[0][1][0].unit == Measure.SHARE)]) or Fraction(1)
    texts = chart.texts or tuple(bars[0].text for _, bars in chart.groups)
    groups = []
    for (label, bars), text in zip(chart.groups, texts, strict=True):
        shown = [text, *(one.text for one in bars[1:])]
        lengths = [max(0, in_units((one.value or Fraction(0)) / most, 1000)) for one in bars]
        groups.append([label, [list(entry) for entry in zip(lengths, shown, strict=True)]])
    return {"title": chart.title, "names": list(chart.names), "groups": groups, "description": chart.description}


def _money(report: Report) -> dict[str, object]:
    """Amounts of municipalities, for those who may see them."""
    shown = [name for name in _MONEY if newest(report, name, "municipality") and _is_told(report, name)]
    found = {name: newest(report, name, "municipality") for name in shown}
    rows = (
        [
            [found[shown[0]][place].category, *(found[name][place].text for name in shown)]
            for place in range(len(found[shown[0]]))
        ]
        if shown
        else []
    )
    period = found[shown[0]][0].period if shown else ""
    heading = ["Kommune", *(INDICATORS[name].label for name in shown)]
    return {"heading": heading, "rows": rows, "totals": _money_totals(report, found), "period": period}


def _money_totals(report: Report, found: dict[str, list[Figure]]) -> list[list[str]]:
    """The county's own totals of the same period below its municipalities; none where the reader sees one of them only."""
    if report.audience != COUNTY or not found:
        return []
    totals = {
        (name, entry.period_from, entry.period_to): entry.text for name in found for entry in figures(report, name)
    }
    return [["Summe", *(totals[name, own[0].period_from, own[0].period_to] for name, own in found.items())]]


def _is_told(report: Report, name: str) -> bool:
    """Whether there is any such money at all."""
    whole = total(report, name)
    return whole is None or whole.value != 0


def definitions(report: Report) -> Iterator[tuple[str, str]]:
    """Every headline figure and what it counts."""
    names = [entry.indicator for area in report.areas for entry in headlines(report, area)]
    for name in dict.fromkeys([*names, *(_RETENTION if Area.PLACEMENTS in report.areas else ())]):
        yield INDICATORS[name].label, INDICATORS[name].definition
