"""Small programmes and accepted rows, drawn from the edges of the rules and the law.

A world is one programme (as its TOML gives it) with the accepted rows of a few months around a change of the
law: month ends, 29 February, gaps of exactly bridge_days and one more, employments that end on the day on which
a waiting period or milestone is reached, wages on the marginal threshold, round amounts that hit a cap exactly.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.reference import sample
from tests.reference.calendar import days_of, first_day, last_day
from tests.reference.law import marginal_threshold

Row = dict[str, Any]

# Moderate: the whole folder runs in under 90 seconds on two cores.
MODERATE = settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

# First months of the windows: law changes inside or just behind, New Years, leap Februaries, the end of the law.
_WINDOWS = (
    "2015-11", "2016-02", "2016-07", "2017-12", "2019-07", "2019-11", "2020-01", "2020-12", "2022-08", "2023-11",
    "2024-01", "2024-12", "2025-11", "2026-10",
)  # fmt: skip
_CHANGES = (
    date(2016, 3, 17),
    date(2016, 8, 6),
    date(2019, 9, 1),
    date(2022, 10, 1),
    date(2020, 2, 29),
    date(2024, 2, 29),
)
CASES = ((sample.DUEREN, "A-001"), (sample.ALDENHOVEN, "A-001"), (sample.DUEREN, "B-002"))
_EMPLOYERS = ("Bau GmbH", " bau gmbh ", "Gärtnerei", "Straßenbau", "STRASSENBAU")
_STATUSES = ("Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis", "Aufenthaltserlaubnis", "Sonstige")
_GROSS = st.sampled_from((708_00, 708_02, 1200_00, 1500_00)) | st.integers(1, 3000_00)
_NET = st.sampled_from((0, 177_00, 354_00, 480_00, 531_00, 1110_00)) | st.integers(0, 2500_00)
_SHARE = st.sampled_from(("0.80", "0.5", "1", "0.3333", "0.0001", "0"))
_SOME_AMOUNT = st.sampled_from(("140.00", "354.00", "400.00", "554.00", "708.00", "1013.00", "2500.00", "0.01", "0.00"))


@dataclass(frozen=True)
class World:
    """A programme as its TOML gives it, and accepted rows in the order of their receipt."""

    programme: Row
    benefits: list[Row]
    placements: list[Row]


def mostly(usual: Any, otherwise: st.SearchStrategy[Any], one_in: int = 4) -> st.SearchStrategy[Any]:
    """The usual value, and once in so many draws another: too many exceptions at once leave nothing to settle."""
    return st.sampled_from([*[st.just(usual)] * (one_in - 1), otherwise]).flatmap(lambda chosen: chosen)


@st.composite
def windows(draw: st.DrawFn) -> list[str]:
    """Two to seven months in a row."""
    month = draw(st.sampled_from(_WINDOWS))
    months = []
    for _ in range(draw(st.integers(2, 7))):
        months.append(month)
        month = (last_day(month) + timedelta(days=1)).isoformat()[:7]
    return months


def days_at_edges(months: list[str]) -> st.SearchStrategy[date]:
    """Days of the months, those at their ends and around changes of the law more often."""
    days = [day for month in months for day in days_of(month)]
    edges = [first_day(month) for month in months] + [last_day(month) for month in months]
    edges += [day + timedelta(days=shift) for day in _CHANGES for shift in (-1, 0) if day in days]
    return st.sampled_from(edges) | st.sampled_from(days)


@st.composite
def dated_amounts(draw: st.DrawFn, months: list[str], start: date | None = None) -> tuple[Row, ...]:
    """`health` (from the programme's start on) or `lost_state_grant`: dated rows."""
    days = draw(st.sets(days_at_edges(months), max_size=2))
    starts = sorted(days) if start is None else [start, *sorted(day for day in days if day > start)]
    return tuple({"from": day, "eur_per_month": draw(_SOME_AMOUNT)} for day in starts)


@st.composite
def premium_blocks(draw: st.DrawFn, start: date) -> Row:
    """One [[premium]] block, both schedules, every condition."""
    block: Row = {
        "from": start,
        "max_months": draw(mostly(12, st.integers(1, 3))),
        "bridge_days": draw(st.sampled_from((0, 1, 14))),
        "employer_change": draw(st.sampled_from(("continues", "breaks"))),
        "status_at": draw(st.sampled_from(("month", "start"))),
        "require_work_permit": draw(mostly(False, st.just(True))),
        "waiting_days": draw(st.sampled_from((0, 1, 30, 31, 42, 61))),
    }
    if draw(st.booleans()):
        block |= {"schedule": "as_saved", "share": draw(_SHARE)}
    else:
        steps = draw(st.lists(st.sampled_from((0, 1, 31, 42, 91)), min_size=1, max_size=3))
        shares = ("0.3333", "0.5", "0.1667") if len(steps) > 1 else ("1",)
        milestones = tuple({"after_days": days, "share": share} for days, share in zip(steps, shares, strict=False))
        block |= {"schedule": "milestones", "amount_eur": draw(_SOME_AMOUNT), "milestones": milestones}
    if draw(st.booleans()):
        block["cap_eur"] = draw(_SOME_AMOUNT)
    if draw(st.booleans()):
        block["min_weekly_hours"] = draw(st.sampled_from(("15", "15.5", "20")))
    return block


@st.composite
def premium_programmes(draw: st.DrawFn, months: list[str]) -> Row:
    """A programme with [savings] and one or two [[premium]] blocks."""
    start = draw(mostly(date(2015, 1, 1), days_at_edges(months[:2]), one_in=8))
    starts = [date(2015, 1, 1), *draw(mostly([], st.lists(days_at_edges(months), min_size=1, max_size=1), one_in=2))]
    term: Row = {"target_group": draw(mostly(_STATUSES[:3], st.just(_STATUSES[1:2]), one_in=8))}
    end = draw(mostly(None, days_at_edges(months)))
    if end is not None and end >= start:
        term["end"] = end
    return sample.programme(
        start=start,
        term=term,
        savings={
            "basis": draw(st.sampled_from(("reported", "statutory"))),
            "health": draw(dated_amounts(months, start)),
            "lost_state_grant": draw(dated_amounts(months)),
            "income_base": draw(mostly("gross", st.just("net"))),
        },
        premium=tuple([draw(premium_blocks(day)) for day in starts]),
    )


@st.composite
def _spans(draw: st.DrawFn, programme: Row, months: list[str]) -> list[tuple[date, date | None]]:
    """Begin and known end of the placements of a case, aimed at gaps and lengths that the terms name."""
    blocks = programme["premium"]
    gaps = [block["bridge_days"] + more for block in blocks for more in (0, 1)] + [0]
    lengths = [block["waiting_days"] for block in blocks]
    lengths += [step["after_days"] for block in blocks for step in block.get("milestones", ())]
    lengths = [max(1, length + more) for length in lengths for more in (0, -1)]
    early = first_day(months[0]) - timedelta(days=20)
    spans: dict[date, date | None] = {}
    previous_end: date | None = None
    for _ in range(draw(st.integers(1, 3))):
        named = st.sampled_from(
            [programme["programme"].get("end", early), *(block["from"] for block in blocks[1:]), early]
        )
        begin = draw(days_at_edges(months[:2]) | days_at_edges(months) | named)
        if previous_end is not None and draw(st.booleans()):
            begin = previous_end + timedelta(days=draw(st.sampled_from(gaps)) + 1)
        aimed = begin + timedelta(days=draw(st.sampled_from(lengths)) - 1)
        end = draw(st.just(aimed) | st.none() | days_at_edges(months))
        if previous_end is not None and draw(mostly(False, st.just(True))):  # a short job inside the one before it
            begin = previous_end - timedelta(days=draw(st.integers(1, 20)))
            end = min(previous_end, begin + timedelta(days=3))
        spans[begin] = end = end if end is None or end >= begin else begin
        previous_end = max(previous_end, end) if previous_end and end else end
    return list(spans.items())


def _around_threshold(months: list[str]) -> st.SearchStrategy[int]:
    """Wages on the marginal threshold of the months and a cent above it; anything where no law is known."""
    days = [first_day(month) for month in months if month <= "2026-12"]
    return st.sampled_from([marginal_threshold(day) + more for day in days for more in (0, 1)] or [1500_00])


@st.composite
def _placement_rows(draw: st.DrawFn, world: Row, case: Row, begin: date, end: date | None) -> list[Row]:
    """The rows of one placement in the months with a return, each as known when it was reported."""
    basis_needs_net = world["savings"]["basis"] == "statutory"
    months = [m for m in case["months"] if begin <= last_day(m) and (end is None or end >= first_day(m))]
    months = months[: draw(mostly(None, st.integers(1, 3), one_in=8))]
    net = _NET if basis_needs_net else _NET | st.none()
    around = st.sampled_from((begin, begin - timedelta(days=1), begin + timedelta(days=1)))
    usual = {
        "ags": case["ags"],
        "case_id": case["case_id"],
        "begin": begin,
        "employer": draw(st.sampled_from(_EMPLOYERS)),
        "consent_on": draw(mostly(begin, around | st.none(), one_in=8)),
        "work_permit_on": draw(mostly(begin, around | st.none(), one_in=8)),
        "weekly_hours_hundredths": draw(st.sampled_from((40_00, 40_00, 20_00, 15_50, 15_00, 14_99))),
        "gross_cents": draw(mostly(1500_00, _GROSS | _around_threshold(months))),
    }
    rows = []
    for month in months:
        row = usual | {"month": month, "net_cents": draw(net), "row": draw(st.integers(5, 99))}
        row["insured"] = draw(mostly(True, st.just(False), one_in=12))
        row["gross_month_cents"] = draw(mostly(None, st.just(0) | _GROSS))
        if draw(mostly(False, st.just(True), one_in=8)):
            row["gross_cents"] = draw(_GROSS | _around_threshold([month]))
            row["employer"] = draw(st.sampled_from(_EMPLOYERS))
        if month == months[-1]:
            row["end"] = end
        else:
            row["end"] = draw(st.none() | st.just(max(begin, last_day(month))))
        rows.append(sample.placement(**row))
    return rows


@st.composite
def _benefit_rows(draw: st.DrawFn, case: Row) -> list[Row]:
    """The rows of a case in Leistungen, one for every month with a return."""
    status = draw(st.sampled_from(_STATUSES[:3]))
    kind = draw(st.sampled_from(("Grundleistung", "Analogleistung")))
    stage = draw(mostly(1, st.integers(2, 6)))
    rows = []
    for month in case["months"]:
        days = st.sampled_from(days_of(month))
        entitled = sorted((draw(days), draw(days))) if draw(mostly(False, st.just(True))) else [None, None]
        kept = draw(st.sampled_from(((True, True), (True, False), (False, True))))
        rows.append(
            sample.benefit(
                ags=case["ags"],
                case_id=case["case_id"],
                month=month,
                status=draw(mostly(status, st.sampled_from(_STATUSES[1:]), one_in=6)),
                benefit_kind=draw(mostly(kind, st.just("Analogleistung"), one_in=8)),
                need_stage=draw(mostly(stage, st.integers(1, 6), one_in=8)),
                accommodation_cents=draw(st.sampled_from((0, 200_00, 340_00)) | st.integers(0, 1000_00)),
                paid_cents=draw(mostly(0, st.sampled_from((1, 20_00, 354_00, 554_00)) | st.integers(0, 900_00))),
                entitled_from=entitled[0] if kept[0] else None,
                entitled_to=entitled[1] if kept[1] else None,
                cut_cents=draw(mostly(0, st.sampled_from((353_99, 354_00, 400_00)) | st.integers(0, 600_00))),
                state_grant=draw(mostly(False, st.just(True))),
            )
        )
    return rows


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A programme and the accepted rows of one to three cases; some months may be without a return."""
    months = draw(windows())
    programme = draw(premium_programmes(months))
    missing = {
        ags: draw(mostly(set(), st.sets(st.sampled_from(months), max_size=2)))
        for ags in (sample.DUEREN, sample.ALDENHOVEN)
    }
    benefits: list[Row] = []
    placements: list[Row] = []
    for ags, case_id in CASES[: draw(st.integers(1, len(CASES)))]:
        case = {"ags": ags, "case_id": case_id, "months": [m for m in months if m not in missing[ags]]}
        benefits += draw(_benefit_rows(case))
        for begin, end in draw(_spans(programme, months)):
            placements += draw(_placement_rows(programme, case, begin, end))
    receipt = Random(draw(st.integers(0, 9)))
    receipt.shuffle(benefits)
    receipt.shuffle(placements)
    return World(programme, benefits, placements)


@st.composite
def chains(draw: st.DrawFn) -> World:
    """One case in which everything is in order: a chain of jobs with gaps of exactly bridge_days and one more.

    Only spells, waiting periods, counted months and caps decide here; a job may lie inside the one before it.
    """
    months = draw(windows())
    bridge_days = draw(st.sampled_from((0, 1, 14)))
    block = draw(premium_blocks(date(2015, 1, 1))) | {"bridge_days": bridge_days, "max_months": draw(st.integers(1, 7))}
    block = {key: value for key, value in block.items() if key not in ("min_weekly_hours", "require_work_permit")}
    programme = sample.programme(
        start=date(2015, 1, 1),
        savings={
            "health": draw(dated_amounts(months, date(2015, 1, 1))),
            "lost_state_grant": draw(dated_amounts(months)),
        },
        premium=(block,),
    )
    missing = draw(mostly(None, st.sampled_from(months)))
    grants = {month: draw(mostly(False, st.just(True))) for month in months}
    benefits = [sample.benefit(month=month, state_grant=grants[month]) for month in months if month != missing]
    latest = first_day(months[0]) + timedelta(days=draw(st.integers(0, 20)))
    placements: dict[tuple[date, str], Row] = {}
    for _ in range(draw(st.integers(2, 5))):
        begin = latest + timedelta(days=draw(st.sampled_from((1, bridge_days + 1, bridge_days + 2, -3))))
        end = begin + timedelta(days=draw(st.sampled_from((0, 1, 9, 10, 30, 41, 60))))
        employer = draw(st.sampled_from(_EMPLOYERS))
        for month in months:
            if month != missing and begin <= last_day(month) and end >= first_day(month):
                placements[begin, month] = sample.placement(month=month, begin=begin, end=end, employer=employer)
        latest = max(latest, end)
    return World(programme, benefits, list(placements.values()))
