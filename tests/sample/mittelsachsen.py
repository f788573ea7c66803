"""The shipped programme of Landkreis Mittelsachsen: work opportunities from December 2024 to April 2025.

`RETURNS` holds every return as data, so that tests can work out expected figures from the rows themselves.
"""

from datetime import date

from schemas.money import cents
from schemas.returns import YES, ReturnKind
from tests.sample.counselling import counselling_rows
from tests.sample.positions import Occupancy, Position, need_rows, opportunity_rows
from tests.sample.submission import Rows, SampleReturn, cover, reporting_date
from tests.sample.towns import Town, load_towns, programme_text, read_csv
from tests.sample.workbook import Row

KEY = "mittelsachsen"
TITLE = "Monatliche Meldung: Arbeitsgelegenheiten nach § 5 AsylbLG"
SHEETS = ("opportunities", "needs", "counselling")
MONTHS = ("2024-12", "2025-01", "2025-02", "2025-03", "2025-04")
TOWNS = load_towns(KEY)

# Brand-Erbisdorf sent January's return two weeks after it was due, with February's intake.
LATE_AGS, LATE_MONTH, LATE_FOLDER, LATE_ON = "14522050", "2025-01", "2025-02", date(2025, 2, 24)

# Frankenberg's first return for February reported too few hours on one municipal place, and a person on
# another who only came in March; the Korrektur came with March's intake.
CORRECTED_AGS, CORRECTED_MONTH, CORRECTED_FOLDER, CORRECTED_ON = "14522150", "2025-02", "2025-03", date(2025, 3, 20)
UNDERSTATED_POSITION, UNDERSTATED_HUNDREDTHS = "FRB-02", 12_50
EARLY_POSITION, EARLY_START, EARLY_HUNDREDTHS = "FRB-03", date(2025, 2, 17), 24_00


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _occupancy(row: dict[str, str]) -> Occupancy:
    expenses = (entry.split("=") for entry in row["expenses"].split())
    return Occupancy(
        row["case_id"], date.fromisoformat(row["from"]), _day(row["to"]), int(row["monthly_hours"]),
        row["voluntary"] == YES, _day(row["assigned_on"]), _day(row["certified_on"]), row["outcome"] or None,
        {month: cents(amount) for month, amount in expenses},
    )  # fmt: skip


def _positions() -> tuple[Position, ...]:
    occupancies = read_csv(f"{KEY}_occupancies")
    return tuple(
        Position(
            row["position_id"], row["ags"], row["provider_kind"], row["field_of_work"], row["workplace"],
            date.fromisoformat(row["opened"]), _day(row["closed"]),
            tuple(_occupancy(entry) for entry in occupancies if entry["position_id"] == row["position_id"]),
        )
        for row in read_csv(f"{KEY}_positions")
    )  # fmt: skip


POSITIONS = _positions()


def _rows(town: Town, month: str, opportunities: list[Row]) -> Rows:
    own = [position for position in POSITIONS if position.ags == town.ags]
    return {
        "opportunities": opportunities,
        "needs": need_rows(own, opportunities, month),
        "counselling": [] if town.agh_target is None else counselling_rows(town.ags, month),
    }


def _true_rows(town: Town, month: str) -> Rows:
    own = [position for position in POSITIONS if position.ags == town.ags]
    return _rows(town, month, opportunity_rows(own, month))


def _mistaken_rows(town: Town, month: str) -> Rows:
    """What Frankenberg first reported for February."""
    early = next(
        row for position in POSITIONS for row in opportunity_rows([position], CORRECTED_FOLDER)
        if position.position_id == EARLY_POSITION
    )  # fmt: skip
    opportunities: list[Row] = []
    for row in _true_rows(town, month)["opportunities"]:
        if row["position_id"] == UNDERSTATED_POSITION:
            opportunities.append({**row, "hours_hundredths": row["hours_hundredths"] - UNDERSTATED_HUNDREDTHS})  # type: ignore[operator]
        elif row["position_id"] == EARLY_POSITION:
            opportunities.append({**row, "to_date": EARLY_START.replace(day=EARLY_START.day - 1)})
            span = {"from_date": EARLY_START, "to_date": row["to_date"], "hours_hundredths": EARLY_HUNDREDTHS}
            opportunities.append({**early, **span})
        else:
            opportunities.append(row)
    return _rows(town, month, opportunities)


def _first(town: Town, month: str) -> SampleReturn:
    late = (town.ags, month) == (LATE_AGS, LATE_MONTH)
    mistaken = (town.ags, month) == (CORRECTED_AGS, CORRECTED_MONTH)
    reported_on = LATE_ON if late else reporting_date(town.ags, month)
    rows = _mistaken_rows(town, month) if mistaken else _true_rows(town, month)
    return _sample(town, month, LATE_FOLDER if late else month, ReturnKind.FIRST, reported_on, rows)


def _sample(town: Town, month: str, folder: str, kind: ReturnKind, reported_on: date, rows: Rows) -> SampleReturn:
    suffix = f"_{kind}" if kind is ReturnKind.CORRECTION else ""
    return SampleReturn(
        folder, month, town.ags, kind, f"{town.short}_{month}{suffix}.xlsx", TITLE, SHEETS,
        cover(KEY, town.ags, town.name, town.email, month, kind, reported_on), rows,
    )  # fmt: skip


def _returns() -> tuple[SampleReturn, ...]:
    corrected = next(town for town in TOWNS if town.ags == CORRECTED_AGS)
    correction = _sample(
        corrected, CORRECTED_MONTH, CORRECTED_FOLDER, ReturnKind.CORRECTION, CORRECTED_ON,
        _true_rows(corrected, CORRECTED_MONTH),
    )  # fmt: skip
    return (*(_first(town, month) for month in MONTHS for town in TOWNS), correction)


RETURNS = _returns()


def programme() -> str:
    """The text of `inputs/mittelsachsen/programme.toml`."""
    return programme_text(KEY, TOWNS)
