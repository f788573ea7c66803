"""Random programmes and returns of any size, for benchmarks and properties; none of them brings up an error.

write_random(tmp_path / "random", municipalities=50, months=("2024-01", "2024-02"), cases=200, seed=1)
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from schemas.months import first_day, last_day
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme
from schemas.returns import BASIC_BENEFIT, PROVIDER_KINDS, ReturnKind
from tests.sample.cases import Case, Placement, benefit_rows, participation_rows, placement_rows, way_to
from tests.sample.counselling import counselling_rows
from tests.sample.positions import RATE_CHANGE, Occupancy, Position, need_rows, opportunity_rows
from tests.sample.residents import residents, spread
from tests.sample.submission import Rows, SampleReturn, cover, reporting_date, write_programme
from tests.sample.towns import Town, programme_text
from tests.sample.workbook import TITLE, Row

_PLACED = 8  # one case in so many has an employment
_ON_A_PLACE = 6  # one case in so many has an AGH
_STOCK = {("Aufenthaltsgestattung", "18 bis 65"): 900, ("Duldung", "18 bis 65"): 300, ("Duldung", "unter 18"): 200}


def write_random(folder: Path, municipalities: int, months: Sequence[str], cases: int, seed: int = 0) -> Programme:
    """A programme with its returns in `folder` (inputs/<programme>/, named like the programme); gives the programme."""
    write_programme(folder, random_programme(municipalities, folder.name), ())
    programme = load_programme(folder)
    write_returns(folder, programme, months, cases, seed)
    return programme


def write_returns(
    folder: Path, programme: Programme, months: Sequence[str], cases: int, seed: int = 0, part: int = 0, parts: int = 1
) -> None:
    """The returns of a programme below its `folder`; a `part` of the municipalities where several processes share them."""
    for sample in random_returns(programme, months, cases, seed, part, parts):
        sample.write(folder / "returns")


def random_programme(municipalities: int, key: str = "random") -> str:
    """The text of a programme file with premiums and allowances and so many municipalities."""
    towns = tuple(
        Town(
            f"039{number:05d}", f"Musterort {number}", f"Musterort{number}", f"{10000 + number:05d}", "Musterort", "", 1
        )
        for number in range(1, municipalities + 1)
    )
    return programme_text("random", towns).replace('key = "random"', f'key = "{key}"', 1)


def random_returns(
    programme: Programme, months: Sequence[str], cases: int, seed: int = 0, part: int = 0, parts: int = 1
) -> Iterator[SampleReturn]:
    """One Erstmeldung per municipality and month, on time, each with about `cases` persons.

    Sheets, lists and members follow the programme. `months` ascend without gaps. Persons, places and employments
    go on from month to month. The same arguments give the same returns. Of `parts` of the municipalities only that
    with the number `part`.
    """
    weights: dict[str, int] = dict.fromkeys(programme.members, 1)
    shares = {kind: spread(total, weights) for kind, total in _STOCK.items()}
    for ags, member in islice(programme.members.items(), part, None, parts):
        rng = Random(f"{seed}|{ags}")
        people = _people(ags, f"{int(ags[3:]):04d}.{seed}.", cases, months, rng)
        positions = _positions(people, months, rng)
        stock: list[Row] = [
            {"status": status, "age_group": age_group, "persons": share[ags]}
            for (status, age_group), share in shares.items()
        ]
        for month in months:
            all_rows = _rows(people, positions, month) | {"stock": stock}
            rows = {name: all_rows[name] for name in programme.used_tables}
            yield SampleReturn(
                month, month, ags, ReturnKind.FIRST, f"{ags}_{month}.xlsx", TITLE, programme.used_tables,
                cover(programme.programme.key, ags, member.name, member.email, month, ReturnKind.FIRST, reporting_date(ags, month)),
                rows,
            )  # fmt: skip


def _people(ags: str, prefix: str, count: int, months: Sequence[str], rng: Random) -> list[Case]:
    return [
        _employed(case, months, rng) if case.need_stage <= 3 and rng.random() < 1 / _PLACED else case
        for case in residents(ags, prefix, count, months)
    ]


def _employed(case: Case, months: Sequence[str], rng: Random) -> Case:
    """The case with an employment, and sometimes a second one after a gap; it stays all the time."""
    begin = _random_day(months, rng)
    placements = [_placement(case.case_id, begin, begin + timedelta(days=rng.randrange(10, 400)), rng)]
    if placements[0].end is not None and rng.random() < 0.3:
        again = placements[0].end + timedelta(days=rng.randrange(1, 40))
        placements.append(_placement(case.case_id, again, None, rng))
    way = way_to(begin, not_before=date(2015, 1, 1), case_id=case.case_id)
    return replace(case, entitled_from=None, entitled_to=None, placements=tuple(placements), participation=way)


def _placement(case_id: str, begin: date, end: date | None, rng: Random) -> Placement:
    weekly_hours = rng.choice((10, 20, 30, 38.5, 40, 40, 40))
    return Placement(
        employer=f"Betrieb {case_id} {begin:%d%m%y} GmbH",
        begin=begin,
        end=end if rng.random() < 0.5 else None,
        insured=rng.random() < 0.9,
        weekly_hours_hundredths=int(weekly_hours * 100),
        gross_cents=int(weekly_hours * rng.randrange(36_00, 60_00)),
        consent_on=begin - timedelta(days=rng.randrange(0, 15)) if rng.random() < 0.9 else None,
        work_permit_on=begin - timedelta(days=9) if rng.random() < 0.7 else None,
    )


def _positions(people: list[Case], months: Sequence[str], rng: Random) -> list[Position]:
    """Places for persons who have no employment; every fifth place stays vacant."""
    free = [
        case for case in people if not case.placements and case.need_stage <= 3 and case.benefit_kind == BASIC_BENEFIT
    ]
    chosen = free[: max(1, len(people) // _ON_A_PLACE)]
    positions = []
    for number, case in enumerate(chosen, start=1):
        occupancy = Occupancy(
            case.case_id, _random_day(months, rng), None, rng.randrange(40, 93),
            expense_cents={month: 12_40 for month in months if first_day(month) > RATE_CHANGE and rng.random() < 0.1},
        )  # fmt: skip
        positions.append(
            Position(
                f"P-{number:04d}", case.ags, rng.choice(PROVIDER_KINDS), f"Einsatzfeld {number % 7}",
                f"Einsatzstelle {number % 11}", first_day(months[0]), None, (occupancy,) if number % 5 else (),
            )
        )  # fmt: skip
    return positions


def _random_day(months: Sequence[str], rng: Random) -> date:
    month = rng.choice(months)
    return first_day(month) + timedelta(days=rng.randrange(last_day(month).day))


def _rows(people: list[Case], positions: list[Position], month: str) -> Rows:
    opportunities = opportunity_rows(positions, month)
    return {
        "benefits": [row for case in people for row in benefit_rows(case, month, case.shown_placements(month))],
        "placements": [row for case in people for row in placement_rows(case, month, case.shown_placements(month))],
        "participations": [row for case in people for row in participation_rows(case, month)],
        "opportunities": opportunities,
        "needs": need_rows(positions, opportunities, month),
        "counselling": counselling_rows(positions[0].ags, month) if positions else [],
    }
