"""The board report to read in five minutes: `Projektbeirat-<period>.pdf`."""

from pathlib import Path

from flows.durable import replacing
from flows.emit.board.figures import PRELIMINARY, Figure, figures, newest, total
from flows.emit.board.shown import shown
from flows.emit.pdf.typesetting import typeset
from schemas.board import BarChart, ShownArea
from schemas.indicators import INDICATORS
from schemas.report import COUNTY, Report

_MONEY = ("savings", "premiums", "start_up", "net_effect", "agh_cost")


def write_board_pdf(path: Path, report: Report) -> None:
    """The answer, an area after the other with headline figures first, definitions; the same report gives the same bytes."""
    with replacing(path) as part:
        part.write_bytes(typeset("board", content(report), report.edited_on))


def content(report: Report) -> dict[str, object]:
    """What the template prints."""
    county = report.programme.programme.county
    mark = PRELIMINARY if report.preliminary else ""
    page = shown(report)
    return {
        "title": page.title,
        "county": county,
        "mark": mark,
        "foot": " · ".join(part for part in (mark, page.title, county) if part),
        "facts": [list(fact) for fact in page.facts],
        "answer": page.answer,
        "areas": [_area(area) for area in page.areas],
        "money": _money(report),
        "definitions": [list(entry) for entry in page.definitions],
        "legend": list(page.legend),
    }


def _area(area: ShownArea) -> dict[str, object]:
    return {
        "title": area.title,
        "cards": [[card.text, card.label, list(card.notes)] for card in area.cards],
        "paragraph": area.paragraph,
        "charts": [_chart(chart) for chart in area.charts],
    }


def _chart(chart: BarChart) -> dict[str, object]:
    groups = [[label, [[bar.length, bar.text] for bar in bars]] for label, bars in chart.groups]
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
