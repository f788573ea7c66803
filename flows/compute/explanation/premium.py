"""Derivation of a premium: counted months, saving to date, target, cap, premium of the month (RULES section 5)."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from flows.compute.explanation.citation import Row
from flows.compute.rules.premium import milestones_due, savings_due
from flows.compute.rules.spells import spell_days
from schemas.derivation import Fact, Section, Step, Table
from schemas.money import SHARE_UNITS, euros, percent, share_units
from schemas.months import german_date, german_month, last_day
from schemas.programme.programme import Programme
from schemas.programme.terms import Premium
from schemas.spelling import counted

_HEADINGS = (
    "Monat",
    "berechtigte\nTage",
    "Dauer\n(Tage)",
    "zählt\nals Nr.",
    "Ersparnis\nim Monat",
    "Ersparnis\nbis dahin",
    "Prämien-\nziel",
    "Prämie\nbis dahin",
    "Prämie\nim Monat",
)


def premium_section(months: pl.DataFrame, spells: pl.DataFrame, programme: Programme, terms: Premium) -> Section:
    """The last of `months`, derived month by month.

    `months`: the case's rows of premium.months_in_full with eligible days up to the month in question, in order;
    `spells`: spells.spells of the case.
    """
    history = list(months.iter_rows(named=True))
    month, before = history[-1], history[-2] if len(history) > 1 else None
    month_end = last_day(month["month"])
    if terms.schedule == "as_saved":
        target: list[Fact | Step] = [_target_as_saved(months, terms, month_end)]
    else:
        target = [*_target_of_milestones(month, spells, programme, terms, month_end)]
    return Section(
        "Prämie",
        (
            Table(_HEADINGS, tuple(_line(entry) for entry in history)),
            _counts(month, terms),
            _saved_to_date(month, before),
            *target,
            _premium_to_date(month, terms),
            _premium(month, before),
        ),
    )


def _line(month: Row) -> tuple[str | int | None, ...]:
    number = None if month["counted_month"] is None else str(month["counted_month"])
    return (
        german_month(month["month"]),
        str(month["eligible_days"]),
        str(month["spell_days"]),
        number,
        month["saved_cents"],
        month["saved_to_date_cents"],
        month["target_cents"],
        month["premium_to_date_cents"],
        month["premium_cents"],
    )


def _counts(month: Row, terms: Premium) -> Fact:
    if month["counted_month"] is not None:
        value = f"der Monat zählt als Nr. {month['counted_month']} von höchstens {counted(terms.max_months, 'Monat', 'Monaten')}"
    elif month["saved_cents"] == 0:
        value = "der Monat zählt nicht, weil seine Ersparnis 0,00 € ist"
    else:
        value = f"der Monat zählt nicht mehr: schon {counted(terms.max_months, 'Monat hat', 'Monate haben')} gezählt"
    return Fact("Zählender Monat", value)


def _saved_to_date(month: Row, before: Row | None) -> Step:
    own = Step(german_month(month["month"]), month["counted_cents"])
    parts: tuple[Step, ...] = (own,)
    if before is not None:
        parts = (Step(f"bis {german_month(before['month'])}", before["saved_to_date_cents"]), own)
    elif month["taken_saved_cents"]:
        parts = (Step("vor Einführung dieses Verfahrens erspart (Eröffnungssalden)", month["taken_saved_cents"]), own)
    return Step("Ersparnis bis Monatsende", month["saved_to_date_cents"], "nur zählende Monate", parts=parts)


def _target_as_saved(months: pl.DataFrame, terms: Premium, month_end: date) -> Step:
    """target(m) = rounded(share × Σ saved of counted months in spells that have lasted `waiting_days`)."""
    assert terms.share is not None
    due = set(savings_due(months).filter(pl.col("due_on") <= month_end)["month"])
    of_spells = months.with_columns(lasted=spell_days(pl.lit(month_end))).iter_rows(named=True)
    parts = []
    for (begin, _, lasted), group in groupby(of_spells, key=itemgetter("spell_begin", "spell_end", "lasted")):
        own = list(group)
        reached = "erreicht" if own[0]["month"] in due else "noch nicht erreicht"
        waiting = (
            f"Wartezeit von {counted(terms.waiting_days, 'Tag', 'Tagen')} {reached}"
            if terms.waiting_days
            else "keine Wartezeit"
        )
        saved = sum(row["counted_cents"] for row in own if row["month"] in due)
        parts.append(
            Step(
                f"Ersparnis {_months(own)}",
                saved,
                f"beschäftigt ab {german_date(begin)}, {counted(lasted, 'Tag', 'Tage')}; {waiting}",
            )
        )
    return _with_taken_over(
        months.row(-1, named=True),
        f"{percent(share_units(terms.share))} der Ersparnis aus Monaten ohne offene Wartezeit",
        parts=tuple(parts),
        multiplier=share_units(terms.share),
        divisor=SHARE_UNITS,
    )


def _with_taken_over(month: Row, formula: str, **made_of: Any) -> Step:
    """The target of a month, behind what was taken over if there is any; `made_of`: what the rest is calculated from."""
    taken, target = month["taken_cents"], month["target_cents"]
    if not taken:
        return Step("Prämienziel", target, formula, **made_of)
    before = Step("vor Einführung dieses Verfahrens berechnet (Eröffnungssalden)", taken)
    rest = Step("seither", target - taken, formula, **made_of)
    if not rest.adds_up():
        return Step("Prämienziel", target, "Eröffnungssalden und Stufen, zusammen höchstens der vereinbarte Betrag")
    return Step("Prämienziel", target, parts=(before, rest))


def _months(rows: Sequence[Row]) -> str:
    first, last = (german_month(row["month"]) for row in (rows[0], rows[-1]))
    return first if first == last else f"{first} bis {last}"


def _target_of_milestones(
    month: Row, spells: pl.DataFrame, programme: Programme, terms: Premium, month_end: date
) -> Iterator[Fact | Step]:
    """target(m) = rounded(amount × Σ shares of the milestones that the longest spell has reached)."""
    assert terms.amount_cents is not None
    due = milestones_due(spells, programme).filter(pl.col("due_on") <= month_end)
    reached = dict(due.select("milestone", "due_on").iter_rows())
    taken_days = max(spells["taken_days"].drop_nulls().to_list(), default=-1)
    for place, milestone in enumerate(terms.milestones):
        after = f"nach {counted(milestone.after_days, 'Tag', 'Tagen')}" if milestone.after_days else "vom ersten Tag an"
        state = "noch nicht erreicht"
        if place in reached:
            state = f"erreicht am {german_date(reached[place])}" if milestone.after_days else "erreicht"
        elif milestone.after_days <= taken_days:
            state = "schon vor Einführung dieses Verfahrens erreicht"
        yield Fact(f"Stufe {place + 1}", f"{percent(share_units(milestone.share))} {after}: {state}")
    units = sum(due["share_units"])
    yield _with_taken_over(
        month,
        f"{percent(units)} von {euros(terms.amount_cents)}",
        base_cents=terms.amount_cents,
        multiplier=units,
        divisor=SHARE_UNITS,
    )


def _premium_to_date(month: Row, terms: Premium) -> Step:
    parts = [Step("Prämienziel", month["target_cents"])]
    if terms.cap_cents is not None:
        parts.append(Step("Höchstbetrag je Fall (Programmdatei)", terms.cap_cents))
    parts.append(Step("Ersparnis bis Monatsende", month["saved_to_date_cents"]))
    return Step(
        "Prämie bis Monatsende",
        month["premium_to_date_cents"],
        "der kleinste Betrag, mindestens 0",
        parts=tuple(parts),
        smallest=True,
        at_least_zero=True,
    )


def _premium(month: Row, before: Row | None) -> Step:
    label, charged = f"Prämie für {german_month(month['month'])}", month["charged_before_cents"]
    if month["closed"]:
        return Step(label, month["premium_cents"], "abgeschlossenes Jahr: es bleibt, was gebucht ist")
    parts = [Step("Prämie bis Monatsende", month["premium_to_date_cents"])]
    if before is not None and not before["closed"]:
        parts.append(Step(f"abzüglich Prämie bis {german_month(before['month'])}", -charged))
    elif before is not None:
        parts.append(Step("abzüglich der in abgeschlossenen Jahren gebuchten Prämien, Stornos eingerechnet", -charged))
    elif charged:
        parts.append(
            Step("abzüglich vor Einführung dieses Verfahrens berechneter Prämien (Eröffnungssalden)", -charged)
        )
    return Step(label, month["premium_cents"], parts=tuple(parts))
