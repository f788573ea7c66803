"""Places of work (AGH) and who fills them, as rows of Arbeitsgelegenheiten and Bedarfe."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from schemas.months import first_day, last_day, month_of
from tests.sample.submission import variant
from tests.sample.workbook import Row

QUARTER_HOUR = 25  # hundredths
HOURS_CAP, DAILY_CAP = 100_00, 4_00  # of one case, below what programmes allow in a month and a week
RATE_CHANGE = date(2016, 8, 6)  # a row must not span it


@dataclass(frozen=True)
class Occupancy:
    """One person on one place."""

    case_id: str
    start: date
    end: date | None
    monthly_hours: int
    voluntary: bool = True
    assigned_on: date | None = None
    certified_on: date | None = None
    outcome: str | None = None
    expense_cents: dict[str, int] = field(default_factory=dict)  # by month


@dataclass(frozen=True)
class Position:
    """One place, with those who filled it one after the other."""

    position_id: str
    ags: str
    provider_kind: str
    field_of_work: str
    workplace: str
    opened: date
    closed: date | None = None
    occupancies: tuple[Occupancy, ...] = ()

    def exists_in(self, month: str) -> bool:
        """Whether the place exists on a day of the month."""
        return self.opened <= last_day(month) and (self.closed is None or self.closed >= first_day(month))


def opportunity_rows(positions: Iterable[Position], month: str) -> list[Row]:
    """The month's rows: one for each person on a place, and one for each stretch of days that it is vacant."""
    return [row for position in positions if position.exists_in(month) for row in _position_rows(position, month)]


def _position_rows(position: Position, month: str) -> Iterable[Row]:
    place = {name: getattr(position, name) for name in ("position_id", "provider_kind", "workplace")}
    next_day = max(first_day(month), position.opened)
    end = min(last_day(month), position.closed or date.max)
    for occupancy in position.occupancies:
        begin, finish = max(occupancy.start, next_day), min(occupancy.end or end, end)
        if begin > finish:
            continue
        if begin > next_day:
            yield place | {"from_date": next_day, "to_date": begin - timedelta(days=1)}
        for first, last in _at_one_rate(begin, finish):
            yield place | _occupied(occupancy, month, first, last)
        next_day = finish + timedelta(days=1)
    if next_day <= end:
        yield place | {"from_date": next_day, "to_date": end}


def _at_one_rate(begin: date, finish: date) -> tuple[tuple[date, date], ...]:
    if begin < RATE_CHANGE <= finish:
        return (begin, RATE_CHANGE - timedelta(days=1)), (RATE_CHANGE, finish)
    return ((begin, finish),)


def _occupied(occupancy: Occupancy, month: str, begin: date, finish: date) -> dict[str, object]:
    return {
        "case_id": occupancy.case_id,
        "from_date": begin,
        "to_date": finish,
        "hours_hundredths": _hours(occupancy, month, (finish - begin).days + 1),
        "expense_cents": occupancy.expense_cents.get(month),
        "voluntary": occupancy.voluntary,
        "assigned_on": occupancy.assigned_on,
        "certified_on": occupancy.certified_on if _in_month(occupancy.certified_on, month) else None,
        "outcome": occupancy.outcome if _in_month(occupancy.end, month) else None,
    }


def _hours(occupancy: Occupancy, month: str, days: int) -> int:
    """The month's share of the agreed hours, up to two hours more or less, in quarter hours."""
    agreed = occupancy.monthly_hours * 100 * days // last_day(month).day // QUARTER_HOUR
    drift = variant(occupancy.case_id, occupancy.start, month, choices=17) - 8
    return min(HOURS_CAP, DAILY_CAP * days, max(1, agreed + drift) * QUARTER_HOUR)


def _in_month(day: date | None, month: str) -> bool:
    return day is not None and month_of(day) == month


def need_rows(positions: Iterable[Position], rows: Sequence[Row], month: str) -> list[Row]:
    """Rows of Bedarfe: places that exist at the month's end and how many of them are filled then."""
    end = last_day(month)
    filled = {row["position_id"] for row in rows if row.get("case_id") and row["to_date"] == end}
    grouped: dict[tuple[str, str], list[Position]] = {}
    for position in positions:
        if position.opened <= end and (position.closed is None or position.closed >= end):
            grouped.setdefault((position.field_of_work, position.provider_kind), []).append(position)
    return [
        {
            "field_of_work": field_of_work,
            "provider_kind": provider_kind,
            "reported_on": min(position.opened for position in members),
            "places_reported": len(members),
            "places_filled": sum(position.position_id in filled for position in members),
        }
        for (field_of_work, provider_kind), members in grouped.items()
    ]
