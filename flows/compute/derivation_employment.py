"""Derivation of the employment of a month: eligible days, and the spell they belong to (RULES section 4)."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from flows.compute.citation import Row, counted, spoken_period
from flows.compute.derivation_placement import Placements
from schemas.derivation import Fact, Section
from schemas.months import last_day
from schemas.programme_terms import Premium


def employment_section(month: Row, placements: Placements, spells: pl.DataFrame, spans: pl.DataFrame) -> Section:
    """Days and spell of a month with eligible days.

    `month`: a row of premium.months_in_full; `spells`, `spans`: those of the case (spells.spells, spells.spans).
    """
    eligible = [row for row in placements.judged_in(month["month"]) if row["eligible"]]
    terms = placements.terms(eligible[0])
    month_end = last_day(month["month"])
    once = "; Tage mehrerer Beschäftigungen zählen einmal" if len(eligible) > 1 else ""
    number = spells.filter(spell_begin=month["spell_begin"], spell_end=month["spell_end"])["spell"][0]
    own = spans.filter(pl.col("spell") == number, pl.col("first_day") <= month_end)
    length = spoken_period(month["spell_begin"], min(month["spell_end"], month_end))
    return Section(
        "Dauer der Beschäftigung",
        (
            Fact("Berechtigte Tage", f"{month['eligible_days']} von {month_end.day} Tagen des Monats{once}"),
            *_spans(own, number, placements, terms, month_end),
            Fact("Dauer bis Monatsende", f"{counted(month['spell_days'], 'Tag', 'Tage')} ({length})"),
        ),
    )


def _spans(own: pl.DataFrame, number: int, placements: Placements, terms: Premium, month_end: date) -> Iterator[Fact]:
    """The placements that make up the spell so far, what lies between them, and why it is a new spell."""
    for place, span in enumerate(own.iter_rows(named=True)):
        if place:
            yield _transition(span, terms)
        elif number > 1:
            changed = "der Arbeitgeber wechselte"
            lapsed = f"die Lücke davor {counted(span['gap'] or 0, 'Tag', 'Tage')} lang ist; überbrückt werden höchstens {terms.bridge_days}"
            yield Fact("Neu gezählt", f"die Dauer beginnt von vorn, weil {changed if span['gap'] is None else lapsed}")
        until = min(span["last_day"], month_end)
        newest = placements.newest(span["begin"])
        yield Fact(
            "Daran anschließend" if place else "Beschäftigt seit",
            f"{spoken_period(span['first_day'], until)} bei {newest['employer'].strip()}",
            cells=placements.cite.filled_cells("placements", newest, "begin", "end"),
        )


def _transition(span: Row, terms: Premium) -> Fact:
    """Between two placements of one spell lies a bridged gap, or none."""
    gap = span["gap"]
    if gap <= 0:
        return Fact("Lücke", "keine")
    period = spoken_period(span["first_day"] - timedelta(days=gap), span["first_day"] - timedelta(days=1))
    allowed = f"bis {counted(terms.bridge_days, 'Tag', 'Tage')} unterbrechen die Dauer nicht"
    return Fact("Überbrückte Lücke", f"{counted(gap, 'Tag', 'Tage')} ({period}); {allowed}")
