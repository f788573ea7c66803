"""Random programmes with their cases and returns, aimed at the edges of the rules: what `random_programmes` plays through.

Month ends, dates on which the law changes, the first and last day of a programme, wages on the marginal threshold, gaps of
exactly bridge_days and one more, caps that a second month hits exactly, lost grants, parts of months, changes of
employer, milestones. Everything follows from the seed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from schemas.returns import ReturnKind
from tests.reference.calendar import days_of, first_day, last_day, next_month
from tests.reference.law import hourly_allowance, marginal_threshold
from tests.sample.submission import cover
from tests.sample.towns import Town
from tests.sample.workbook import control_totals, write_return

Row = dict[str, Any]
Rows = dict[str, list[Row]]

# First month settled and number of months: each window has a New Year in it, most a change of rates, threshold or hourly rate.
WINDOWS = (
    ("2015-11", 5), ("2015-12", 5), ("2016-08", 6), ("2016-10", 5), ("2016-11", 4), ("2019-09", 5), ("2022-09", 5),
    ("2023-11", 5), ("2024-11", 4), ("2025-10", 5),
)  # fmt: skip
STATUSES = ("Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis", "Aufenthaltserlaubnis", "Sonstige")
EMPLOYERS = ("Bau GmbH", " bau gmbh ", "Gärtnerei", "Straßenbau", "STRASSENBAU")
PROVIDERS = ("Gemeinschaftseinrichtung", "Kommune", "Verein")
FIRST, CORRECTION = ReturnKind.FIRST, ReturnKind.CORRECTION


@dataclass(frozen=True)
class Delivery:
    """A file that comes into a month's folder."""

    folder: str
    name: str
    ags: str
    month: str
    kind: ReturnKind
    reported_on: date
    rows: Rows = field(repr=False)
    broken: bool = False  # a control total is wrong: the return is held back
    late_for_draft: bool = False  # comes after the first draft of the month
    copy_of: str = ""  # path below returns/ of an earlier file: the very same bytes again

    @property
    def order(self) -> tuple[bool, date, list[Any]]:
        """The order of acceptance in one intake: Erstmeldungen first, then the date, then the name, 9 before 10."""
        digits = "".join(sign if sign.isdigit() else " " for sign in self.name).split()
        return self.kind == CORRECTION, self.reported_on, [int(number) for number in digits]

    def write(self, returns: Path, programme: str) -> None:
        """The workbook in its folder."""
        path = returns / self.folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.copy_of:
            path.write_bytes((returns / self.copy_of).read_bytes())
            return
        told = cover(programme, self.ags, f"Ort {self.ags}", "amt@ort.example", self.month, self.kind, self.reported_on)
        if self.broken:
            told |= {"total_cases": control_totals(self.rows)["total_cases"] + 1}  # type: ignore[operator]
        write_return(path, told, self.rows, sheets=tuple(self.rows))


@dataclass(frozen=True)
class World:
    """A programme as its file gives it, the months that are settled, what comes in, and opening balances."""

    seed: int
    programme: Row
    towns: tuple[Town, ...]
    months: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    opening: tuple[Row, ...]


@dataclass(frozen=True)
class _Case:
    ags: str
    case_id: str
    benefit: Row
    jobs: tuple[Row, ...]


def random_world(seed: int, without: frozenset[str] = frozenset(), certain: frozenset[str] = frozenset()) -> World:
    """The world of a seed. `without` leaves kinds of things out, to find what a difference is about; `certain` brings them up."""
    rng = Random(seed)
    before = 0 if "opening" in without else rng.choice((1, 2, 3) if "opening" in certain else (0, 0, 1, 2, 3))
    first, count = rng.choice(WINDOWS)
    months = _months(first, count)
    start = first
    for _ in range(before):
        start = (first_day(start) - timedelta(days=1)).isoformat()[:7]
    everything = [*_months(start, before), *months]
    programme = _programme(rng, everything, without)
    towns = tuple(_town(number) for number in range(1, rng.choice((2,) if "merging" in certain else (1, 2, 2, 3)) + 1))
    cases = [
        _case(rng, town.ags, number, everything, everything[:before], programme, without)
        for town in towns
        for number in range(1, rng.choice((1, 2, 3, 4)) + 1)
    ]
    deliveries = tuple(_deliveries(rng, towns, cases, everything, months, programme, without))
    opening = tuple(_opening(rng, cases, everything[:before], programme)) if before else ()
    return World(seed, programme, towns, months, deliveries, opening)


def toml_text(world: World) -> str:
    """The programme file."""
    parts = []
    for name, section in world.programme.items():
        for entry in section if isinstance(section, tuple) else (section,):
            heading = f"[[{name}]]" if isinstance(section, tuple) else f"[{name}]"
            parts += [heading, *(f"{key} = {_toml(value)}" for key, value in entry.items()), ""]
    return "\n".join(parts) + "".join(town.block for town in world.towns)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _months(first: str, count: int) -> tuple[str, ...]:
    months: list[str] = []
    for _ in range(count):
        months.append(first)
        first = next_month(first)
    return tuple(months)


def _town(number: int) -> Town:
    return Town(f"0390000{number}", f"Musterort {number}", f"Musterort{number}", "39999", "Musterort", "", 1)


def _day(rng: Random, months: Sequence[str]) -> date:
    """A day of the months, their ends and changes of the law more often."""
    changes = [date(2016, 3, 17), date(2016, 8, 6), date(2019, 9, 1), date(2022, 10, 1), date(2024, 2, 29)]
    days = [day for month in months for day in days_of(month)]
    edges = [first_day(month) for month in months] + [last_day(month) for month in months]
    edges += [change - timedelta(days=back) for change in changes for back in (0, 1)]
    return rng.choice([day for day in edges if day in days] if rng.random() < 0.6 else days)


def _programme(rng: Random, months: Sequence[str], without: frozenset[str]) -> Row:
    start = first_day(months[0]) if rng.random() < 0.85 else _day(rng, months[:1])
    term: Row = {
        "key": "random", "title": "Zufallsprogramm", "county": "Musterkreis", "start": start,
        "target_group": STATUSES[:3] if rng.random() < 0.8 else STATUSES[:2],
    }  # fmt: skip
    if rng.random() < 0.15:
        term["end"] = _day(rng, months[1:])
    savings: Row = {
        "basis": rng.choice(("reported", "reported", "statutory")),
        "health": _amounts(rng, months, start, ("140.00", "140.00", "0.00", "80.00", "333.33")),
        "income_base": rng.choice(("gross", "gross", "net")),
    }
    if rng.random() < 0.7 and "grant" not in without:
        amounts = ("866.00", "1013.00", "1646.00", "694.00", "0.01")
        savings["lost_state_grant"] = _amounts(rng, months, _day(rng, months[:2]), amounts)
    guarantee = rng.choice(("municipality",) * 5 + ("case",))
    savings["guarantee"] = "case" if "neutrality" in without else guarantee
    blocks = [_premium(rng, start)]
    if "end" in term:  # returns are taken until max_months after the end
        blocks[0]["max_months"] = 12
    if rng.random() < 0.3:
        again = _day(rng, months)
        blocks += [_premium(rng, again)] if again > start else []
    programme: Row = {
        "programme": term,
        "carrier": {"name": "Muster gGmbH", "iban": "DE10999999990005358999"},
        "savings": savings,
        "premium": tuple(blocks),
    }
    if rng.random() < 0.6:
        sides = ("county", "municipality")
        programme["allowance"] = {
            "payer": {kind: rng.choice(sides) for kind in PROVIDERS},
            "disbursed_by": {kind: rng.choice(sides) for kind in PROVIDERS},
        }
    if rng.random() < 0.3:
        programme["start_up"] = {
            "eur_per_municipality": rng.choice(("1000.00", "0.00", "10000.00")), "service_month": rng.choice(months),
        }  # fmt: skip
    programme["accounting"] = {
        "credits": ("pay", "offset")[len(months) % 2],
        "county_iban": "DE17999999990005358000",
        "county_address": {
            "street": "Am Kreishaus 1", "postcode": "99999", "city": "Musterstadt", "contact": "Kreiskasse",
            "phone": "0221 4710 100", "email": "kreiskasse@musterkreis.example",
        },
    }  # fmt: skip
    return programme


def _amounts(rng: Random, months: Sequence[str], start: date, amounts: Sequence[str]) -> tuple[Row, ...]:
    rows = [{"from": start, "eur_per_month": rng.choice(amounts)}]
    change = _day(rng, months)
    if rng.random() < 0.25 and change > start:
        rows.append({"from": change, "eur_per_month": rng.choice(amounts)})
    return tuple(rows)


def _premium(rng: Random, start: date) -> Row:
    """A block; 0.80 and 694.00 a month hit a cap of 1,110.40 in the second month exactly."""
    block: Row = {
        "from": start,
        "max_months": rng.choice((12, 12, 12, 1, 2, 3)),
        "bridge_days": rng.choice((0, 1, 14)),
        "employer_change": rng.choice(("continues", "breaks")),
        "status_at": rng.choice(("month", "month", "start")),
        "require_work_permit": rng.random() < 0.1,
        "waiting_days": rng.choice((0, 0, 0, 30, 31, 42, 61)),
    }
    if rng.random() < 0.6:
        block |= {"schedule": "as_saved", "share": rng.choice(("0.80", "0.80", "0.5", "1", "0.3333"))}
    else:
        steps = rng.choice(((42,), (0,), (31, 61), (30, 92, 122)))
        shares = ("0.3333", "0.5", "0.1667") if len(steps) > 1 else ("1",)
        stages = tuple({"after_days": days, "share": share} for days, share in zip(steps, shares, strict=False))
        block |= {
            "schedule": "milestones",
            "milestones": stages,
            "amount_eur": rng.choice(("2500.00", "554.00", "1388.00")),
        }
    if rng.random() < 0.6:
        block["cap_eur"] = rng.choice(("1110.40", "555.20", "2500.00", "2500.00", "1000.00"))
    if rng.random() < 0.3:
        block["min_weekly_hours"] = rng.choice(("15", "15.5"))
    return block


def _case(
    rng: Random, ags: str, number: int, months: Sequence[str], taken_over: Sequence[str], programme: Row,
    without: frozenset[str],
) -> _Case:  # fmt: skip
    benefit = {
        "case_id": f"A-{number:03d}",
        "birth_year": 1990,
        "sex": rng.choice("wmd"),
        "status": rng.choice(STATUSES[:3]),
        "benefit_kind": rng.choice(("Grundleistung", "Grundleistung", "Analogleistung")),
        "need_stage": rng.choice((1, 1, 1, 2, 3)),
        "accommodation_cents": rng.choice((200_00, 200_00, 340_00, 0, 123_45)),
        "paid_cents": 0,
        "state_grant": rng.random() < 0.35 and "grant" not in without,
    }
    jobs: list[Row] = []
    previous: date | None = None
    for _ in range(rng.choice((1, 1, 2, 3))):
        begin = _day(rng, months[: max(2, len(months) - 3)])
        if rng.random() < 0.08:
            begin = first_day(months[0]) - timedelta(days=rng.choice((1, 20)))
        block = rng.choice(programme["premium"])
        if previous is None and taken_over and rng.random() < 0.35:
            previous = last_day(taken_over[-1])
        if previous is not None:
            begin = previous + timedelta(days=rng.choice((block["bridge_days"], block["bridge_days"] + 1, 0)) + 1)
        lengths = [block["waiting_days"], *(step["after_days"] for step in block.get("milestones", ()))]
        aimed = begin + timedelta(days=max(1, rng.choice(lengths) - rng.choice((0, 1))) - 1)
        end = rng.choice((None, None, None, aimed, max(begin, _day(rng, months))))
        if begin > last_day(months[-1]) or any(job["begin"] == begin for job in jobs):
            continue
        jobs.append(_job(rng, begin, end))
        if end is None:
            break
        previous = end
    return _Case(ags, benefit["case_id"], benefit, tuple(jobs))


def _job(rng: Random, begin: date, end: date | None) -> Row:
    threshold = marginal_threshold(begin)
    return {
        "begin": begin,
        "end": end,
        "employer": rng.choice(EMPLOYERS),
        "consent_on": begin if rng.random() < 0.95 else rng.choice((None, begin + timedelta(days=1))),
        "work_permit_on": rng.choice((begin, begin, None, begin + timedelta(days=1))),
        "insured": rng.random() < 0.97,
        "weekly_hours_hundredths": rng.choice((40_00, 40_00, 40_00, 20_00, 20_00, 15_50, 14_99)),
        "gross_cents": rng.choice((*[1500_00] * 7, threshold, threshold + 1, 708_02)),
        "net_cents": rng.choice((1110_00, 1110_00, 480_00, 0)),
    }


def _return_rows(
    rng: Random, ags: str, cases: Sequence[_Case], month: str, programme: Row, usual: bool, without: frozenset[str]
) -> Rows:
    """A month's rows as they are told; not `usual`: other payments, conditions and ends than before."""
    benefits, placements = [], []
    for case in cases:
        if case.ags != ags:
            continue
        benefits.append(_changed_benefit(rng, case.benefit, month, 0.2 if usual else 0.6, without))
        for job in case.jobs:
            running = job["begin"] <= last_day(month) and (job["end"] is None or job["end"] >= first_day(month))
            if running:
                row = _changed_job(rng, job, month, programme, 0.12 if usual else 0.5)
                placements.append({"case_id": case.case_id} | row)
    rows: Rows = {"benefits": benefits, "placements": placements}
    if "allowance" in programme:
        rows["opportunities"] = list(_opportunities(rng, month))
    return rows


def _changed_benefit(rng: Random, usual: Row, month: str, often: float, without: frozenset[str]) -> Row:
    row = dict(usual)
    if rng.random() < often:
        row["paid_cents"] = rng.choice((20_00, 354_00, 554_00, 1000_00, rng.randrange(900_00)))
    if rng.random() < often / 2:
        row["state_grant"] = not row["state_grant"]
    if rng.random() < often / 3:
        row["status"] = rng.choice(STATUSES[1:])
    if rng.random() < often / 3:
        row["cut_cents"] = rng.choice((353_99, 354_00, 100_00, 1000_00))
    if rng.random() < often / 3:
        row["need_stage"] = rng.choice((1, 2, 3))
    if rng.random() < often / 2 and "entitlement" not in without:
        begin, end = sorted((_day(rng, [month]), _day(rng, [month])))
        row["entitled_from"], row["entitled_to"] = rng.choice(((begin, end), (begin, None), (None, end)))
    return row


def _changed_job(rng: Random, job: Row, month: str, programme: Row, often: float) -> Row:
    row = dict(job)
    if job["end"] is not None and job["end"] > last_day(month) and rng.random() < 0.8:
        row["end"] = None  # not known yet
    if job["end"] is None and rng.random() < often / 3:
        row["end"] = max(job["begin"], _day(rng, [month]))  # an end that the next return takes back
    if rng.random() < often / 2:
        row["employer"] = rng.choice(EMPLOYERS)
    if rng.random() < often / 4:
        row["insured"] = False
    if rng.random() < often / 4:
        row["consent_on"] = rng.choice((None, job["begin"], job["begin"] + timedelta(days=1)))
    if rng.random() < often / 3:
        row["gross_cents"] = rng.choice((1500_00, 450_01, 3000_00))
    if rng.random() < often / 2:
        row["gross_month_cents"] = rng.choice((0, 750_00, 1234_56))
        row["net_cents"] = rng.choice((0, 555_00, 987_65))
    if rng.random() < often / 4 and programme["savings"]["basis"] == "reported":
        row["net_cents"] = None
    return row


def _opportunities(rng: Random, month: str) -> Iterator[Row]:
    """Up to two places, one person each; split where the hourly rate changes. Before 2016-08-06 no proven expenses."""
    for number in range(rng.choice((0, 1, 1, 2))):
        starts = [day for day in days_of(month) if day.day == 1 or _rate_changes(day)]
        ends = [*(day - timedelta(days=1) for day in starts[1:]), last_day(month)]
        for begin, end in zip(starts, ends, strict=True):
            expense = rng.choice((0, 0, 12_40)) if begin >= date(2016, 8, 6) else 0
            yield {
                "position_id": f"P-{number}", "case_id": f"P-{number:03d}", "provider_kind": PROVIDERS[number],
                "workplace": "Bauhof", "from_date": begin, "to_date": end, "voluntary": True,
                "hours_hundredths": rng.choice((12_50, 49_99, 0, 30_25)), "expense_cents": expense,
            }  # fmt: skip


def _rate_changes(day: date) -> bool:
    return hourly_allowance(day) != hourly_allowance(day - timedelta(days=1))


def _deliveries(
    rng: Random, towns: Sequence[Town], cases: Sequence[_Case], everything: Sequence[str], months: Sequence[str],
    programme: Row, without: frozenset[str],
) -> Iterator[Delivery]:  # fmt: skip
    for town in towns:
        for month in everything:
            came = months[0] if month < months[0] else month
            later = [other for other in months if other > came]
            if month < months[0]:  # before the first settled month: mostly opening balances stand for it
                if rng.random() < 0.7:
                    continue
                later = [came, *later]
                came = rng.choice(later)
                later = [other for other in months if other > came]
            lot = rng.random()
            if lot < 0.05:
                continue  # never comes
            if lot < 0.2 and later:
                came = rng.choice(later)
                later = [other for other in later if other > came]
            yield from _one_return(rng, town.ags, cases, month, came, later, programme, without)


def _one_return(
    rng: Random, ags: str, cases: Sequence[_Case], month: str, came: str, later: Sequence[str], programme: Row,
    without: frozenset[str],
) -> Iterator[Delivery]:  # fmt: skip
    """The Erstmeldung, perhaps held back and mended, its Korrekturen, perhaps two in one intake, perhaps an old one again."""
    told = last_day(month) + timedelta(days=5)
    rows = _return_rows(rng, ags, cases, month, programme, True, without)
    first = Delivery(came, f"{ags}_{month}.xlsx", ags, month, FIRST, told, rows)
    if rng.random() < 0.15 and "broken" not in without:
        yield Delivery(came, first.name, ags, month, FIRST, told, rows, broken=True)
        if rng.random() < 0.5 or not later:  # mended in the same folder, in place of the broken one
            yield (first := Delivery(came, first.name, ags, month, FIRST, told, rows, late_for_draft=True))
        else:
            came = rng.choice(later)
            later = [other for other in later if other > came]
            yield (first := Delivery(came, first.name, ags, month, FIRST, told, rows))
    else:
        late = rng.random() < 0.15 and "redraft" not in without
        yield (first := Delivery(came, first.name, ags, month, FIRST, told, rows, late_for_draft=late))
    corrections = []
    number = 9
    while later and rng.random() < 0.4 and len(corrections) < 3:
        if not corrections or rng.random() < 0.6 or "twice" in without:
            came = rng.choice(later)
            later = [other for other in later if other > came]
        rows = _return_rows(rng, ags, cases, month, programme, False, without)
        corrections.append(
            Delivery(
                came,
                f"{ags}_{month}_Korrektur {number}.xlsx",
                ags,
                month,
                CORRECTION,
                told + timedelta(days=rng.choice((0, 0, 1))),
                rows,
            )
        )
        number += 1
    yield from corrections
    if len(corrections) > 1 and later and "again" not in without:
        old = rng.choice((first, *corrections))
        yield Delivery(
            rng.choice(later), f"{ags}_{month}_noch einmal.xlsx", ags, month, old.kind, told, old.rows,
            copy_of=f"{old.folder}/{old.name}",
        )  # fmt: skip


def _opening(rng: Random, cases: Sequence[_Case], months: Sequence[str], programme: Row) -> Iterator[Row]:
    """Premiums of cases that worked then, a start-up contribution, something for work opportunities."""
    for case in cases:
        begins = [job["begin"] for job in case.jobs]
        for month in months:
            if begins and rng.random() < (0.8 if min(begins) <= last_day(month) else 0.3):
                row = _opening_row(month, case.ags, case.case_id, "premium", "")
                row["computed_cents"] = rng.choice((555_20, 555_20, 500_00, 2500_00, 5000_00, 1, 0, -100_00))
                if rng.random() < 0.3:
                    row["saved_cents"] = row["computed_cents"] + rng.choice((0, 138_80, -100_00, -600_00))
                if rng.random() < 0.3:
                    row["counted_months"] = rng.choice((1, 2, 5))
                if rng.random() < 0.3:
                    row["employed_since"] = min(min(begins), last_day(month)) - timedelta(days=rng.choice((0, 40, 181)))
                yield row
    if "allowance" in programme and rng.random() < 0.5:
        reference = f"P-1 {first_day(months[0]).isoformat()}"
        yield _opening_row(months[0], cases[0].ags, "P-001", "allowance", reference) | {"computed_cents": 12_34}
    if "start_up" in programme and rng.random() < 0.5 and programme["start_up"]["service_month"] in months:
        month = programme["start_up"]["service_month"]
        yield _opening_row(month, cases[0].ags, "", "start_up", "") | {"computed_cents": 10000_00}


def _opening_row(month: str, ags: str, case_id: str, kind: str, reference: str) -> Row:
    return {"service_month": month, "ags": ags, "case_id": case_id, "kind": kind, "reference": reference}
