"""Persons who draw benefits without being placed, and the county's numbers of persons (Bestand)."""

from collections.abc import Sequence
from datetime import date, timedelta

from schemas.months import first_day, last_day
from schemas.returns import ANALOGOUS_BENEFIT, BASIC_BENEFIT
from tests.sample.cases import Case
from tests.sample.submission import pick, variant
from tests.sample.workbook import Row

# Need stage (Bedarfsstufe) with the ages it stands for and the accommodation cost of one person.
_STAGES = {
    1: (19, 52, 185_00),
    2: (20, 48, 150_00),
    3: (18, 24, 120_00),
    4: (14, 17, 110_00),
    5: (6, 13, 110_00),
    6: (0, 5, 95_00),
}
_STAGE_MIX = (1, 1, 1, 1, 2, 2, 3, 4, 5, 6)
_STATUS_MIX = ("Aufenthaltsgestattung", "Aufenthaltsgestattung", "Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis")
_CUT_CENTS = 60_00


def residents(ags: str, prefix: str, count: int, months: Sequence[str]) -> tuple[Case, ...]:
    """`count` persons who draw benefits in the months, some arriving and some leaving in between."""
    return tuple(
        _resident(ags, f"{prefix}{3000 + 10 * number + variant(prefix, number, choices=10)}", months)
        for number in range(count)
    )


def _resident(ags: str, case_id: str, months: Sequence[str]) -> Case:
    stage = pick(_STAGE_MIX, case_id, "stage")
    youngest, oldest, accommodation_cents = _STAGES[stage]
    year = int(months[0][:4])
    status = pick(_STATUS_MIX, case_id, "status")
    asked = pick(months, case_id, "asked")  # the month in which an asylum seeker's application is filed
    arrival, departure = _stay(case_id, months)
    analogous = status != "Ankunftsnachweis" and variant(case_id, "analogous", choices=6) == 0
    return Case(
        case_id=case_id,
        ags=ags,
        birth_year=year - youngest - variant(case_id, "age", choices=oldest - youngest + 1),
        sex=pick(("m", "m", "w"), case_id, "sex"),
        status=status,
        benefit_kind=ANALOGOUS_BENEFIT if analogous else BASIC_BENEFIT,
        need_stage=stage,
        accommodation_cents=accommodation_cents + variant(case_id, "rent", choices=9) * 5_00,
        later_status=(asked, "Aufenthaltsgestattung") if status == "Ankunftsnachweis" else None,
        entitled_from=arrival,
        entitled_to=departure,
        cut=(months[len(months) // 2], _CUT_CENTS) if status == "Duldung" and stage == 1 and not analogous else None,
    )


def _stay(case_id: str, months: Sequence[str]) -> tuple[date | None, date | None]:
    """Arrival and departure, None where they lie outside the months: one in four arrives, one in four leaves."""
    day = _day_in(pick(months, case_id, "month"), case_id)
    moves = variant(case_id, "stay", choices=4)
    return (day if moves == 0 else None), (day if moves == 1 else None)


def _day_in(month: str, case_id: str) -> date:
    return first_day(month) + timedelta(days=variant(case_id, "day", choices=last_day(month).day))


def stock_rows(totals: dict[tuple[str, str], int], weights: dict[str, int], ags: str) -> list[Row]:
    """A municipality's rows of Bestand: its part of the county's persons by status and age group."""
    return [
        {"status": status, "age_group": age_group, "persons": spread(total, weights)[ags]}
        for (status, age_group), total in totals.items()
    ]


def spread(total: int, weights: dict[str, int]) -> dict[str, int]:
    """The total in whole parts by weight; what rounding leaves goes to the largest remainders."""
    whole = sum(weights.values())
    parts = {key: total * weight // whole for key, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % whole), key))
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts
