"""The shipped programme of Kreis Düren: placements in work from November 2015 to October 2016.

`RETURNS` holds every return as data, `OUTCOMES` what each placement is meant to come to, so that tests can
work out expected figures without reading the workbooks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from schemas.money import cents
from schemas.months import later
from schemas.returns import YES, ReturnKind
from tests.sample.cases import (
    Case,
    Participation,
    Placement,
    benefit_rows,
    participation_rows,
    placement_rows,
    way_from,
    way_to,
)  # fmt: skip
from tests.sample.residents import residents, stock_rows
from tests.sample.submission import Rows, SampleReturn, cover, reporting_date, variant
from tests.sample.towns import Town, load_towns, programme_text, read_csv

KEY = "dueren"
TITLE = "Monatliche Meldung: Leistungen und Vermittlungen"
SHEETS = ("benefits", "placements", "participations", "stock")
MONTHS = tuple(later("2015-11", number) for number in range(12))
FIRST_PROPOSALS = date(2015, 11, 2)
TOWNS = load_towns(KEY)

# Nideggen sent April's return with May's intake, though a premium was running.
LATE_AGS, LATE_MONTH, LATE_FOLDER, LATE_ON = "05358044", "2016-04", "2016-05", date(2016, 5, 23)

# Persons by status and age group: 980 in procedure, 710 of them aged 18 to 65, and 2,500 not yet.
STOCK = {
    ("Aufenthaltsgestattung", "unter 18"): 205,
    ("Aufenthaltsgestattung", "18 bis 65"): 560,
    ("Aufenthaltsgestattung", "über 65"): 15,
    ("Duldung", "unter 18"): 45,
    ("Duldung", "18 bis 65"): 150,
    ("Duldung", "über 65"): 5,
    ("Ankunftsnachweis", "unter 18"): 700,
    ("Ankunftsnachweis", "18 bis 65"): 1775,
    ("Ankunftsnachweis", "über 65"): 25,
}
_WEIGHTS = {town.ags: town.population for town in TOWNS}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _participation(row: dict[str, str], begins: Sequence[date]) -> Participation:
    known: dict[str, Any] = {
        "decision": row["decision"],
        "left_on": _day(row["left_on"]),
        "left_reason": row["left_reason"] or None,
    }
    known |= {"decided_on": _day(row["decided_on"])} if row["decided_on"] else {}
    if row["proposed_on"]:
        return way_from(date.fromisoformat(row["proposed_on"]), case_id=row["case_id"], **known)
    return way_to(min(begins), not_before=FIRST_PROPOSALS, case_id=row["case_id"], **known)


def _placement(row: dict[str, str], way: Participation) -> Placement:
    begin = date.fromisoformat(row["begin"])
    short_months = (entry.split("=") for entry in row["short_months"].split())
    return Placement(
        row["employer"], begin, _day(row["end"]), row["insured"] == YES,
        cents(row["weekly_hours"]), cents(row["gross_eur"]),
        consent_on=way.decided_on if way.decision == "zugestimmt" else None,
        work_permit_on=begin - timedelta(days=9 + variant(row["case_id"], row["begin"], choices=4)),
        reported_from=row["reported_from"],
        short_months={month: cents(amount) for month, amount in short_months},
    )  # fmt: skip


def _case(row: dict[str, str]) -> Case:
    employments = [entry for entry in read_csv(f"{KEY}_placements") if entry["case_id"] == row["case_id"]]
    way = _participation(row, [date.fromisoformat(entry["begin"]) for entry in employments])
    return Case(
        row["case_id"], row["ags"], int(row["birth_year"]), row["sex"], row["status"], row["benefit_kind"],
        int(row["need_stage"]), cents(row["accommodation_eur"]),
        later_status=(row["later_from"], row["later_status"]) if row["later_from"] else None,
        entitled_to=_day(row["left_on"]) if row["left_reason"] == "Wegzug" else None,
        placements=tuple(_placement(entry, way) for entry in employments),
        participation=way,
    )  # fmt: skip


PARTICIPANTS = tuple(_case(row) for row in read_csv(f"{KEY}_cases"))
# (case, begin) → "eligible", or the reasons why it is not (RULES section 4).
OUTCOMES = {
    (row["case_id"], date.fromisoformat(row["begin"])): row["outcome"] for row in read_csv(f"{KEY}_placements")
}  # fmt: skip


def _cases(town: Town) -> list[Case]:
    own = [case for case in PARTICIPANTS if case.ags == town.ags]
    others = residents(town.ags, town.case_prefix, _residents_of(town), MONTHS)
    return sorted((*own, *others), key=lambda case: case.case_id)


def _residents_of(town: Town) -> int:
    return min(12, 6 + town.population // 12_000 + variant(town.ags, choices=3))


CASES = {town.ags: _cases(town) for town in TOWNS}


@dataclass(frozen=True)
class Correction:
    """A Korrektur, and what the return that it replaces had said of one case's employments."""

    ags: str
    month: str
    folder: str
    reported_on: date
    case_id: str
    first_said: tuple[Placement, ...]


def _employments(case_id: str) -> tuple[Placement, ...]:
    return next(case.placements for case in PARTICIPANTS if case.case_id == case_id)


def _corrections() -> tuple[Correction, ...]:
    (full_wage,) = (replace(placement, short_months={}) for placement in _employments("LIN-201"))
    (too_early,) = (replace(placement, begin=date(2016, 6, 2)) for placement in _employments("NZ-041"))
    return (
        # Aldenhoven left out a new placement and reported it a month late.
        Correction("05358004", "2016-02", "2016-03", date(2016, 3, 18), "ALD-118", ()),
        # Linnich overlooked unpaid leave: less was saved, and a premium already charged shrinks.
        Correction("05358036", "2016-05", "2016-07", date(2016, 7, 14), "LIN-201", (full_wage,)),
        # Niederzier had a begin one week too early, of an employment that ended within the month.
        Correction("05358048", "2016-06", "2016-07", date(2016, 7, 19), "NZ-041", (too_early,)),
    )


CORRECTIONS = _corrections()


def _rows(town: Town, month: str, said: dict[str, tuple[Placement, ...]]) -> Rows:
    """A month's rows; `said` holds what the return says of a case's employments where that is not the truth yet."""
    shown = {case.case_id: said.get(case.case_id, case.shown_placements(month)) for case in CASES[town.ags]}
    cases = CASES[town.ags]
    return {
        "benefits": [row for case in cases for row in benefit_rows(case, month, shown[case.case_id])],
        "placements": [row for case in cases for row in placement_rows(case, month, shown[case.case_id])],
        "participations": [row for case in cases for row in participation_rows(case, month)],
        "stock": stock_rows(STOCK, _WEIGHTS, town.ags),
    }


def _first(town: Town, month: str) -> SampleReturn:
    late = (town.ags, month) == (LATE_AGS, LATE_MONTH)
    said = {entry.case_id: entry.first_said for entry in CORRECTIONS if (entry.ags, entry.month) == (town.ags, month)}
    reported_on = LATE_ON if late else reporting_date(town.ags, month)
    return _sample(town, month, LATE_FOLDER if late else month, ReturnKind.FIRST, reported_on, _rows(town, month, said))


def _corrected(entry: Correction) -> SampleReturn:
    town = next(town for town in TOWNS if town.ags == entry.ags)
    return _sample(
        town, entry.month, entry.folder, ReturnKind.CORRECTION, entry.reported_on, _rows(town, entry.month, {})
    )


def _sample(town: Town, month: str, folder: str, kind: ReturnKind, reported_on: date, rows: Rows) -> SampleReturn:
    suffix = f"_{kind}" if kind is ReturnKind.CORRECTION else ""
    return SampleReturn(
        folder, month, town.ags, kind, f"{town.short}_{month}{suffix}.xlsx", TITLE, SHEETS,
        cover(KEY, town.ags, town.name, town.email, month, kind, reported_on), rows,
    )  # fmt: skip


RETURNS = (*(_first(town, month) for month in MONTHS for town in TOWNS), *map(_corrected, CORRECTIONS))


def programme() -> str:
    """The text of `inputs/dueren/programme.toml`."""
    return programme_text(KEY, TOWNS)
