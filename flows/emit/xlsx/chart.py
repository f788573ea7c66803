"""A small native chart, its looks from the style module: lines that differ in dash and marker, not in colour alone."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flows.emit.xlsx.styles import CHART_COLUMNS, CHART_LINES, EURO_AXIS, FONT, INK, LINE, MONTH, MUTED

WIDTH, HEIGHT = 880, 260  # pixels
_SMALL = {"name": FONT, "size": 9, "bold": False, "color": MUTED}


class LineChart(NamedTuple):
    """Values over months (or other categories), as lines or as columns; addresses are pieces of columns (`span`)."""

    title: str
    months: str
    series: Sequence[tuple[str, str]]  # name and address, at most as many as CHART_LINES
    description: str  # alternative text: what the chart shows, in words and figures
    values_as: str = EURO_AXIS  # number format
    months_as: str = MONTH
    columns: bool = False
    width: int = WIDTH  # pixels
    markers: bool = True  # on lines; with many values they would hide the line
    least: float | None = None  # ends of the value axis; none: as the figures need
    most: float | None = None
    every: int | None = None  # only each so-many-th place below has a label; none: as there is room


def add_line_chart(book: Any, sheet: Any, row: int, chart: LineChart) -> None:
    """Places the chart with its upper left corner in the row; `book` and `sheet` are the writing library's."""
    raw = book.add_chart({"type": "column" if chart.columns else "line"})
    looks = CHART_COLUMNS if chart.columns else CHART_LINES if chart.markers else tuple(map(_unmarked, CHART_LINES))
    for (name, address), look in zip(chart.series, looks, strict=False):
        raw.add_series({"name": name, "categories": f"={chart.months}", "values": f"={address}", **look})
    raw.set_title({"name": chart.title, "name_font": {"name": FONT, "size": 10, "bold": True, "color": INK}})
    raw.set_x_axis(
        {
            "num_format": chart.months_as,
            "num_font": _SMALL,
            "line": {"color": LINE},
            "text_axis": True,
            "label_position": "low",
            "interval_unit": chart.every,
        }
    )
    raw.set_y_axis(
        {
            "num_format": chart.values_as,
            "min": chart.least,
            "max": chart.most,
            "num_font": _SMALL,
            "line": {"none": True},
            "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
        }
    )
    raw.set_legend({"position": "bottom", "font": _SMALL})
    raw.set_chartarea({"border": {"color": LINE}})
    raw.set_size({"width": chart.width, "height": HEIGHT})
    sheet.insert_chart(row, 0, raw, {"description": chart.description, "object_position": 1})


def _unmarked(look: dict[str, Any]) -> dict[str, Any]:
    return look | {"marker": {"type": "none"}}
