"""Derivation of eligibility: every condition of every placement of a month, and how it was met (RULES section 4)."""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from flows.compute.explanation.citation import Citation, Row, spoken_number, spoken_period
from schemas.derivation import Cell, Fact, LawRow, Section
from schemas.law import MARGINAL_THRESHOLD
from schemas.money import euros
from schemas.months import Month, german_date, german_month, last_day
from schemas.programme.programme import Programme
from schemas.programme.terms import Premium
from schemas.results import Reason
from schemas.returns import NO, YES
from schemas.spelling import counted


class Placements:
    """A case's placements: the reported rows, and how the rules judge them."""

    def __init__(
        self, rows: dict[str, pl.DataFrame], judged: pl.DataFrame, programme: Programme, cite: Citation
    ) -> None:
        """`rows`: the case's accepted rows; `judged`: eligibility.judged_placements of them, with their `reasons`."""
        self.programme = programme
        self.cite = cite
        self.benefits = {row["month"]: row for row in rows["benefits"].iter_rows(named=True)}
        in_order = rows["placements"].sort("begin", "month")
        self._reported: dict[tuple[date, Month], Row] = {
            (row["begin"], row["month"]): row for row in in_order.iter_rows(named=True)
        }
        self._judged = list(judged.iter_rows(named=True))

    def judged_in(self, month: Month) -> list[Row]:
        """How the placements of a month are judged."""
        return [row for row in self._judged if row["month"] == month]

    def reported_in(self, month: Month) -> list[Row]:
        """The month's rows of Vermittlungen."""
        return [row for (_, of_month), row in self._reported.items() if of_month == month]

    def reported(self, judged: Row) -> Row:
        """The row of Vermittlungen that was judged."""
        return self._reported[judged["begin"], judged["month"]]

    def first_month(self, begin: date) -> Month:
        """The first settled month of a placement."""
        return min(self._months(begin))

    def newest(self, begin: date) -> Row:
        """The row of the latest month that mentions the placement: its Ende and Arbeitgeber hold for all months."""
        return self._reported[begin, max(self._months(begin))]

    def _months(self, begin: date) -> list[Month]:
        return [month for of, month in self._reported if of == begin]

    def terms(self, judged: Row) -> Premium:
        """The [[premium]] block that a placement is judged by."""
        return next(terms for terms in self.programme.premium if terms.start == judged["terms_from"])


def placement_sections(placements: Placements, month: Month) -> Iterator[Section]:
    """One section for every placement of the month."""
    for judged in placements.judged_in(month):
        newest = placements.newest(judged["begin"])
        known_to = german_date(newest["end"] or last_day(newest["month"]))
        end = "" if newest["end"] else " (Ende offen; so weit reicht die neueste Meldung)"
        duration = Fact(
            "Arbeitgeber und Zeitraum",
            f"{newest['employer'].strip()}, {german_date(newest['begin'])} bis {known_to}{end}",
            cells=placements.cite.filled_cells("placements", newest, "employer", "begin", "end"),
        )
        yield Section(
            f"Beschäftigung ab {german_date(judged['begin'])}",
            (duration, _terms(placements, judged), *_conditions(placements, judged), _verdict(judged)),
        )


def _terms(placements: Placements, judged: Row) -> Fact:
    """The terms that the placement is judged by, and why these (RULES section 4.5)."""
    start, begin = german_date(placements.terms(judged).start), judged["terms_begin"]
    if begin is None:
        why = "Noch keine Beschäftigung des Falls ist berechtigt; geprüft wird nach den Bedingungen am Beginn dieser Beschäftigung."
        row = placements.newest(judged["begin"])
    else:
        why = f"Die erste berechtigte Beschäftigung des Falls begann am {german_date(begin)}; was an diesem Tag galt, gilt für den Fall auf Dauer."
        row = placements.newest(begin)
    cells = placements.cite.cells("placements", row, "begin")
    return Fact("Prämienbedingungen", f"gültig ab {start} (Programmdatei). {why}", cells=cells)


def _conditions(placements: Placements, judged: Row) -> Iterator[Fact]:
    row, terms, cite = placements.reported(judged), placements.terms(judged), placements.cite
    begin = f"Beginn {german_date(row['begin'])}"

    def cells(*columns: str) -> tuple[Cell, ...]:
        return cite.cells("placements", row, *columns)

    insured = YES if row["insured"] else NO
    yield _condition(judged, "Sozialversicherungspflicht", insured, cells("insured"), Reason.NOT_INSURED)
    day = judged["first_day"]
    threshold = euros(cite.law.row_on(MARGINAL_THRESHOLD, day)["threshold_cents"])
    yield _condition(
        judged,
        "Vereinbarter Bruttolohn",
        f"{euros(row['gross_cents'])}; nötig sind mehr als {threshold} (Geringfügigkeitsgrenze am {german_date(day)})",
        cells("gross_cents"),
        Reason.MARGINAL,
        laws=(cite.law_row(MARGINAL_THRESHOLD, day),),
    )
    least = terms.min_weekly_hours_hundredths
    wanted = f"nötig sind mindestens {spoken_number(least)}" if least else "eine Mindestzahl ist nicht vereinbart"
    hours = f"{spoken_number(row['weekly_hours_hundredths'])}; {wanted}"
    yield _condition(judged, "Wochenstunden", hours, cells("weekly_hours_hundredths"), Reason.HOURS)
    yield _status(placements, judged, terms)
    consent = f"{_day(row['consent_on'])}; nötig ist sie bis zum {begin}"
    both = (Reason.NO_CONSENT, Reason.LATE_CONSENT)
    yield _condition(judged, "Zustimmung der Kommune", consent, cells("consent_on", "begin"), *both)
    wanted = f"nötig ist sie bis zum {begin}" if terms.require_work_permit else "nach den Bedingungen nicht nötig"
    permit = f"{_day(row['work_permit_on'])}; {wanted}"
    yield _condition(judged, "Beschäftigungserlaubnis", permit, cells("work_permit_on"), Reason.NO_WORK_PERMIT)
    term = placements.programme.programme
    until = f"{german_date(term.start)} bis {german_date(term.end)}" if term.end else f"seit {german_date(term.start)}"
    yield _condition(judged, "Laufzeit des Programms", f"{until}; {begin}", cells("begin"), Reason.OUTSIDE_PROGRAMME)


def _status(placements: Placements, judged: Row, terms: Premium) -> Fact:
    """The Status that decides: the month's own, or that of the first settled month of the placement."""
    at_start = terms.status_at == "start"
    benefit = placements.benefits[placements.first_month(judged["begin"]) if at_start else judged["month"]]
    when = f" im {german_month(benefit['month'])}, dem ersten abgerechneten Monat der Beschäftigung" if at_start else ""
    group = ", ".join(placements.programme.programme.target_group) or "leer"
    cells = placements.cite.cells("benefits", benefit, "status")
    return _condition(
        judged, "Aufenthaltsstatus", f"{benefit['status']}{when}; Zielgruppe: {group}", cells, Reason.STATUS
    )


def _condition(
    judged: Row, label: str, value: str, cells: tuple[Cell, ...], *could_fail: Reason, laws: tuple[LawRow, ...] = ()
) -> Fact:
    """A condition with the verdict of the rules: it failed if one of its reasons was given."""
    failed = next((reason for reason in could_fail if str(reason) in judged["reasons"]), None)
    return Fact(label, value, met=failed is None, reason=failed, laws=laws, cells=cells)


def _verdict(judged: Row) -> Fact:
    if not judged["eligible"]:
        return Fact("Ergebnis", "nicht berechtigt; es zählt kein Tag dieser Beschäftigung")
    days = (judged["last_day"] - judged["first_day"]).days + 1
    period = spoken_period(judged["first_day"], judged["last_day"])
    return Fact("Ergebnis", f"berechtigt: alle Bedingungen erfüllt, {counted(days, 'Tag', 'Tage')} ({period})")


def _day(day: date | None) -> str:
    return "keine Angabe" if day is None else german_date(day)


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
