"""Rows of work opportunities, and lines as successive runs compute them (RULES sections 2 and 7)."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from tests.properties.strategies import CASES, Row, days_at_edges, mostly, windows
from tests.reference import sample
from tests.reference.calendar import last_day
from tests.reference.settlement import KEY

_SIDES = st.fixed_dictionaries(
    dict.fromkeys(("Gemeinschaftseinrichtung", "Kommune", "Verein"), st.sampled_from(("county", "municipality")))
)


@st.composite
def opportunity_rows(draw: st.DrawFn) -> tuple[Row, list[Row]]:
    """A programme with [allowance], and rows of Arbeitsgelegenheiten, filled and vacant."""
    sides = {"payer": draw(_SIDES), "disbursed_by": draw(_SIDES)}
    programme = sample.programme(start=date(2015, 1, 1), allowance=sides)
    del programme["carrier"]  # it comes with [savings] and [[premium]] or not at all
    months = draw(windows())
    rows: dict[tuple[Any, ...], Row] = {}
    for number in range(draw(st.integers(0, 8))):
        begin = draw(days_at_edges(months))
        vacant = draw(mostly(False, st.just(True)))
        ags, case_id = draw(st.sampled_from(CASES))
        position = draw(st.sampled_from(("AGH-1", "AGH-2", "7")))
        hours = draw(st.sampled_from((0, 10, 30, 12_50, 33_30, 60_00, 100_00)) | st.integers(0, 200_00))
        rows[ags, position, case_id, begin] = sample.opportunity(
            ags=ags,
            month=begin.isoformat()[:7],
            position_id=position,
            case_id=None if vacant else case_id,
            provider_kind=draw(st.sampled_from(("Gemeinschaftseinrichtung", "Kommune", "Verein"))),
            from_date=begin,
            to_date=last_day(begin.isoformat()[:7]),
            hours_hundredths=draw(st.sampled_from((0, None))) if vacant else hours,
            expense_cents=0 if vacant else draw(st.sampled_from((0, 1, 17_35)) | st.integers(0, 100_00)),
            row=number,
        )
    return programme, list(rows.values())


_SNAPSHOT_KEYS = (
    ("2016-01", sample.DUEREN, "A-001", "premium", ""),
    ("2016-02", sample.DUEREN, "A-001", "premium", ""),
    ("2016-01", sample.ALDENHOVEN, "A-001", "premium", ""),
    ("2016-01", sample.DUEREN, "A-001", "allowance", "AGH-1 2016-01-01"),
    ("2016-01", sample.DUEREN, "A-001", "expense", "AGH-1 2016-01-01"),
    ("2016-01", sample.DUEREN, "", "start_up", ""),
)


@st.composite
def snapshots(draw: st.DrawFn) -> list[tuple[str, list[Row]]]:
    """Runs in order, each with the lines that the rules give that day; few values, so that some repeat."""
    runs = []
    for month in ("2016-02", "2016-03", "2016-04", "2016-05", "2016-06")[: draw(st.integers(1, 5))]:
        lines = []
        for key in draw(st.sets(st.sampled_from(_SNAPSHOT_KEYS))):
            named: Row = dict(zip(KEY, key, strict=True))
            lines.append(
                named
                | {
                    "provider_kind": draw(st.sampled_from((None, "Verein"))),
                    "quantity": draw(st.sampled_from((1, 80))),
                    "unit": "month",
                    "rate_cents": draw(st.sampled_from((None, 80, 105))),
                    "cost_cents": draw(st.sampled_from((0, 0, 8_00, 9_60))),
                    "computed_cents": draw(st.sampled_from((0, 0, 0, 1, -5_00, 1110_40))),
                    "reason": draw(st.sampled_from(([], [], ["hours"], ["hours", "status"]))),
                    "legal_basis": draw(st.sampled_from(("§ 5 Abs. 2 AsylbLG", "Förderbedingungen"))),
                    "file_sha256": draw(st.sampled_from((None, "a" * 64, "b" * 64))),
                    "sheet": draw(st.sampled_from((None, "Vermittlungen"))),
                    "row": draw(st.sampled_from((None, 5, 6))),
                }
            )
        runs.append((month, lines))
    return runs
