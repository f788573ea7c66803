"""Charts as drawings in the page, each with its words: what they show stands in a table beside them too."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from schemas.board import BarChart
from schemas.money import euros

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 960, 320, 90, 60, 16
COLOURS = ("#0b5768", "#c98a1b", "#7a8a93")  # told apart by lightness too


class Bars(NamedTuple):
    """A series: its name and its amounts in cents."""

    name: str
    cents: Sequence[int]


def bars(title: str, labels: Sequence[str], series: Sequence[Bars]) -> Markup:
    """Bars side by side for each label, from zero, with a scale of round amounts."""
    highest = max([0, *(amount for each in series for amount in each.cents)])
    lowest = min([0, *(amount for each in series for amount in each.cents)])
    step = _round_step(max(highest - lowest, 1))
    top, bottom = -(-highest // step) * step, (lowest // step) * step
    span = max(top - bottom, step)

    def y(cents: int) -> int:
        return TOP + (HEIGHT - TOP - BOTTOM) * (top - cents) // span

    drawn = [
        f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y(amount)}" y2="{y(amount)}" stroke="{"#1b2328" if amount == 0 else "#cfd8dd"}"/>'
        f'<text x="{LEFT - 8}" y="{y(amount) + 4}" text-anchor="end" font-size="13">{escape(euros(amount).replace(",00", ""))}</text>'
        for amount in range(bottom, top + 1, step)
    ]
    group = (WIDTH - LEFT) / max(len(labels), 1)
    width = group * 0.8 / max(len(series), 1)
    for place, label in enumerate(labels):
        for number, each in enumerate(series):
            x = LEFT + place * group + group * 0.1 + number * width
            from_y, to_y = sorted((y(0), y(each.cents[place])))
            drawn.append(
                f'<rect x="{x:.1f}" y="{from_y}" width="{width * 0.92:.1f}" height="{to_y - from_y}" fill="{COLOURS[number]}">'
                f"<title>{escape(each.name)} {escape(label)}: {escape(euros(each.cents[place]))}</title></rect>"
            )
        if len(labels) <= 14 or place % -(-len(labels) // 14) == 0:
            month, _, year = label.partition(" ")
            drawn.append(
                f'<text x="{LEFT + (place + 0.5) * group:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" font-size="13">'
                f'{escape(month[:3])}<tspan x="{LEFT + (place + 0.5) * group:.1f}" dy="16">{escape(year)}</tspan></text>'
            )
    legend = "".join(
        f'<rect x="{LEFT + number * 160}" y="{HEIGHT - 16}" width="12" height="12" fill="{COLOURS[number]}"/>'
        f'<text x="{LEFT + number * 160 + 18}" y="{HEIGHT - 5}" font-size="13">{escape(each.name)}</text>'
        for number, each in enumerate(series)
    )
    sums = ", ".join(f"{each.name} zusammen {euros(sum(each.cents))}" for each in series)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, f"{title}: {sums}. Die Zahlen stehen in der Tabelle.", Markup("".join(drawn) + legend)
    )


def levels(chart: BarChart) -> Markup:
    """Bars that lie, group below group, each with its value: few groups with long names."""
    left, right, high, gap = 250, 200, 18, 14
    longest = WIDTH - left - right
    drawn, y = [], gap
    for label, group in chart.groups:
        middle = y + high * len(group) // 2 + 5
        drawn.append(f'<text x="{left - 10}" y="{middle}" text-anchor="end" font-size="14">{escape(label)}</text>')
        for number, bar in enumerate(group):
            drawn.append(
                f'<rect x="{left}" y="{y}" width="{max(longest * bar.length / 1000, 1):.1f}" height="{high - 3}" fill="{COLOURS[number]}"/>'
                f'<text x="{left + longest * bar.length / 1000 + 8:.1f}" y="{y + 13}" font-size="14">{escape(bar.text)}</text>'
            )
            y += high
        y += gap
    drawn.append(f'<line x1="{left}" x2="{left}" y1="{gap // 2}" y2="{y - gap // 2}" stroke="#1b2328"/>')
    for number, name in enumerate(chart.names if len(chart.names) > 1 else ()):
        x = left + number * 160
        drawn.append(
            f'<rect x="{x}" y="{y}" width="12" height="12" fill="{COLOURS[number]}"/>'
            f'<text x="{x + 18}" y="{y + 11}" font-size="14">{escape(name)}</text>'
        )
    height = y + (22 if len(chart.names) > 1 else 0)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, height, f"{chart.title}. {chart.description}", Markup("".join(drawn))
    )


def _round_step(span: int) -> int:
    """A round amount of which a handful fill the span."""
    magnitude = 100
    while magnitude * 10 * 5 < span:
        magnitude *= 10
    return next(
        magnitude * factor for factor in (1, 2, 5, 10, 20, 50) if magnitude * factor * 6 >= span or factor == 50
    )
