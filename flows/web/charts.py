"""Charts as drawings in the page, each with its words: what they show stands in a table beside them too."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from schemas.board import BarChart
from schemas.money import euros

COLOURS = ("#0b5768", "#c98a1b", "#7a8a93")  # told apart by lightness too
INK, LINE = "#1b2328", "#cfd8dd"


class Bars(NamedTuple):
    """A series: its name and its amounts in cents."""

    name: str
    cents: Sequence[int]


class _Frame(NamedTuple):
    """How large a drawing is, in units that are pixels where there is room for them."""

    shown: str  # class of the style sheet: where which drawing is shown
    width: int
    left: int  # beside the bars, for what stands there
    right: int
    text: int  # size of letters
    labels: int  # under the bars, at most


# The page shows one of the two: letters of the wide one would be too small on a telephone or at 200 %.
_FRAMES = (_Frame("wide", 960, 90, 0, 14, 14), _Frame("narrow", 400, 66, 0, 14, 5))
_ROWS = (_Frame("wide", 740, 200, 170, 13, 0), _Frame("narrow", 400, 8, 150, 15, 0))
_BEFORE = 100  # units that a name needs before its bars; else it stands above them


def bars(title: str, labels: Sequence[str], series: Sequence[Bars]) -> Markup:
    """Bars side by side for each label, from zero, with a scale of round amounts."""
    sums = ", ".join(f"{each.name} zusammen {euros(sum(each.cents))}" for each in series)
    words = f"{title}: {sums}. Die Zahlen stehen in der Tabelle."
    return Markup("").join(_upright(frame, words, labels, series) for frame in _FRAMES)


def _upright(frame: _Frame, words: str, labels: Sequence[str], series: Sequence[Bars]) -> Markup:
    highest = max([0, *(amount for each in series for amount in each.cents)])
    lowest = min([0, *(amount for each in series for amount in each.cents)])
    step = _round_step(max(highest - lowest, 1))
    top, bottom = -(-highest // step) * step, (lowest // step) * step
    span, high, above = max(top - bottom, step), 240, 16

    def y(cents: int) -> int:
        return above + high * (top - cents) // span

    drawn = [
        f'<line x1="{frame.left}" x2="{frame.width}" y1="{y(amount)}" y2="{y(amount)}" stroke="{INK if amount == 0 else LINE}"/>'
        + _text(frame, frame.left - 8, y(amount) + 4, euros(amount).replace(",00", ""), anchor="end")
        for amount in range(bottom, top + 1, step)
    ]
    group = (frame.width - frame.left) / max(len(labels), 1)
    width = group * 0.8 / max(len(series), 1)
    every = -(-len(labels) // frame.labels)
    for place, label in enumerate(labels):
        for number, each in enumerate(series):
            x = frame.left + place * group + group * 0.1 + number * width
            from_y, to_y = sorted((y(0), y(each.cents[place])))
            drawn.append(
                f'<rect x="{x:.1f}" y="{from_y}" width="{width * 0.92:.1f}" height="{to_y - from_y}" fill="{COLOURS[number]}">'
                f"<title>{escape(each.name)} {escape(label)}: {escape(euros(each.cents[place]))}</title></rect>"
            )
        if place % every == 0:
            month, _, year = label.partition(" ")
            middle = frame.left + (place + 0.5) * group
            drawn += [
                _text(frame, middle, above + high + 2 + line * (frame.text + 2), word, anchor="middle")
                for line, word in enumerate((month[:3], year), start=1)
            ]
    below = above + high + 3 * (frame.text + 6)
    drawn.append(_legend(frame, frame.left, below, [each.name for each in series]))
    return _drawing(frame, below + 20, words, drawn)


def levels(chart: BarChart) -> Markup:
    """Bars that lie, group below group, each with its value: few groups with long names."""
    return Markup("").join(_lying(frame, chart) for frame in _ROWS)


def _lying(frame: _Frame, chart: BarChart) -> Markup:
    """Names stand before their bars, or above them where there is no room before."""
    high, gap = frame.text + 4, 14
    longest = frame.width - frame.left - frame.right
    drawn, y = [], gap
    for label, group in chart.groups:
        if frame.left >= _BEFORE:
            drawn.append(_text(frame, frame.left - 10, y + high * len(group) // 2 + 5, label, anchor="end"))
        else:
            drawn.append(_text(frame, frame.left, y + frame.text - 2, label))
            y += high
        for number, bar in enumerate(group):
            length = longest * bar.length / 1000
            drawn.append(
                f'<rect x="{frame.left}" y="{y}" width="{max(length, 1):.1f}" height="{high - 3}" fill="{COLOURS[number]}"/>'
                + _text(frame, frame.left + length + 8, y + frame.text - 1, bar.text)
            )
            y += high
        y += gap
    drawn.append(f'<line x1="{frame.left}" x2="{frame.left}" y1="{gap // 2}" y2="{y - gap // 2}" stroke="{INK}"/>')
    several = len(chart.names) > 1
    if several:
        drawn.append(_legend(frame, frame.left, y, chart.names))
    return _drawing(frame, y + (22 if several else 0), f"{chart.title}. {chart.description}", drawn)


def _legend(frame: _Frame, x: int, y: int, names: Sequence[str]) -> str:
    return "".join(
        f'<rect x="{x + number * 160}" y="{y}" width="12" height="12" fill="{COLOURS[number]}"/>'
        + _text(frame, x + number * 160 + 18, y + 11, name)
        for number, name in enumerate(names)
    )


def _text(frame: _Frame, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.0f}" text-anchor="{anchor}" font-size="{frame.text}">{escape(text)}</text>'


def _drawing(frame: _Frame, height: int, words: str, drawn: Sequence[str]) -> Markup:
    return Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        frame.shown, frame.width, height, words, Markup("".join(drawn))
    )


def _round_step(span: int) -> int:
    """A round amount of which a handful fill the span."""
    magnitude = 100
    while magnitude * 10 * 5 < span:
        magnitude *= 10
    return next(
        magnitude * factor for factor in (1, 2, 5, 10, 20, 50) if magnitude * factor * 6 >= span or factor == 50
    )
