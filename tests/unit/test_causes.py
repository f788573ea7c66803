"""Why a line of an earlier month differs: what was posted, then the amount after each input has changed, in cents.

The run is that of March 2025; a line was posted by February's run. What a step comes to is given, so that every
difference can be worked out by looking.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import polars as pl
import pytest

from flows.compute.rules.causes import Situation, accepted, causes, to_accept
from schemas.results import COMPUTED_LINES, LINE_KEY, LINES, Cause, LineKind, frame_schema
from schemas.returns import TABLES, empty_frame
from schemas.standing import NOTHING_STANDS
from tests.golden import samples
from tests.properties import engine
from tests.reference import sample

MONTH, BEFORE = "2025-03", "2025-02"
KEY = {"service_month": BEFORE, "ags": sample.DUEREN, "case_id": "A-001", "kind": "allowance", "reference": "AGH-1 2025-02-01"}  # fmt: skip
STEPS = (Cause.SOFTWARE, Cause.LAW, Cause.PROGRAMME, Cause.LATE_RETURN)
Amounts = list[tuple[dict[str, str], int]]


def line(key: dict[str, str], computed: int, posted: int = 0) -> dict[str, object]:
    return dict.fromkeys(LINES.columns) | key | {
        "settled_in": MONTH, "quantity": Decimal(1), "unit": "hour", "cost_cents": computed, "computed_cents": computed,
        "posted_before_cents": posted, "delta_cents": computed - posted, "reason": [], "legal_basis": "Programm",
    }  # fmt: skip


def settled(*rows: dict[str, object]) -> pl.DataFrame:
    return LINES.validate(pl.DataFrame(rows, schema=frame_schema(LINES)))


def unreversed(amounts: Amounts) -> pl.DataFrame:
    rows = [key | {"amount": amount} for key, amount in amounts]
    return pl.DataFrame(rows, schema=dict.fromkeys(LINE_KEY, pl.String) | {"amount": pl.Int64})


def situation(amounts: Amounts) -> Situation:
    """A situation in which the lines come to these amounts."""
    lines = pl.DataFrame([line(*entry) for entry in amounts], schema=frame_schema(LINES))
    nothing = {name: empty_frame(table) for name, table in TABLES.items()}
    return Situation(
        nothing, samples.ALLOWANCES, engine.law(), MONTH, lines.select(COMPUTED_LINES.columns.keys()), NOTHING_STANDS
    )


def told(posted: int, steps: tuple[int, ...], computed: int, key: dict[str, str] = KEY, before_reversal: int | None = None) -> list[tuple[str, int, int]]:  # fmt: skip
    """Cause, old and new amount of one line; `steps`: after software, law, programme and late returns."""
    before = posted if before_reversal is None else before_reversal
    found = causes(
        settled(line(key, computed, posted)), MONTH, unreversed([(key, before)]),
        lambda: ((cause, situation([(key, amount)])) for cause, amount in zip(STEPS, steps, strict=True)),
    )  # fmt: skip
    assert found["difference_cents"].sum() == computed - posted
    return found.select("cause", "old_cents", "new_cents").rows()


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((8_40, 8_40, 8_40, 8_40), "software"),
        ((8_00, 8_40, 8_40, 8_40), "law"),
        ((8_00, 8_00, 8_40, 8_40), "programme"),
        ((8_00, 8_00, 8_00, 8_40), "late_return"),
        ((8_00, 8_00, 8_00, 8_00), "correction"),
    ],
)
def test_the_input_that_changes_the_amount_is_the_cause(steps: tuple[int, ...], expected: str) -> None:
    assert told(8_00, steps, 8_40) == [(expected, 8_00, 8_40)]


def test_several_causes_lead_from_the_old_to_the_new_amount() -> None:
    """8.00 posted; law +0.40, programme −8.40, a late return +0.10, a Korrektur +1.90: 2.00."""
    assert told(8_00, (8_00, 8_40, 0, 10), 2_00) == [
        ("law", 8_00, 8_40),
        ("programme", 8_40, 0),
        ("late_return", 0, 10),
        ("correction", 10, 2_00),
    ]


def test_causes_against_each_other_are_both_told() -> None:
    """Law +0.40, programme −0.40 and a Korrektur of 0.05: the first two are no less true for adding up to nothing."""
    assert told(8_00, (8_00, 8_40, 8_00, 8_00), 8_05) == [
        ("law", 8_00, 8_40),
        ("programme", 8_40, 8_00),
        ("correction", 8_00, 8_05),
    ]


def test_a_reversed_document_comes_first() -> None:
    """8.00 and a later 0.40 were posted; the document over 8.00 is taken back; then a Korrektur of 1.60."""
    assert told(40, (8_40, 8_40, 8_40, 8_40), 10_00, before_reversal=8_40) == [
        ("cancellation", 40, 8_40),
        ("correction", 8_40, 10_00),
    ]


def test_no_return_brings_about_a_manual_line_or_a_start_up_contribution() -> None:
    manual = KEY | {"case_id": "", "kind": str(LineKind.ADJUSTMENT), "reference": "V-1"}
    assert told(0, (0, 0, 0, -5_00), -5_00, manual) == [("adjustment", 0, -5_00)]
    start_up = KEY | {"case_id": "", "kind": str(LineKind.START_UP), "reference": ""}
    assert told(1000_00, (1000_00, 1000_00, 1000_00, 0), 0, start_up) == [("programme", 1000_00, 0)]


def test_only_lines_of_earlier_months_that_differ_are_looked_at() -> None:
    def never() -> Iterator[tuple[Cause, Situation]]:
        raise AssertionError("computed for nothing")
        yield

    own = KEY | {"service_month": MONTH, "reference": "AGH-1 2025-03-01"}
    lines = settled(line(KEY, 8_00, 8_00), line(own, 9_00))
    assert causes(lines, MONTH, unreversed([(KEY, 8_00)]), never).is_empty()


def test_only_municipalities_with_a_difference_are_computed_again() -> None:
    other = KEY | {"ags": sample.ALDENHOVEN}
    asked: list[list[str]] = []

    class Watched(Situation):
        def lines(self, ags: list[str]) -> pl.DataFrame:
            asked.append(ags)
            return super().lines(ags)

    base = situation([(KEY, 8_40), (other, 7_00)])
    found = causes(
        settled(line(KEY, 8_40, 8_00), line(other, 7_00, 7_00)), MONTH, unreversed([(KEY, 8_00), (other, 7_00)]),
        lambda: [(Cause.LAW, Watched(base.rows, base.programme, base.law, base.month, base.manual, base.stands))],
    )  # fmt: skip
    assert found.select("ags", "cause").rows() == [(sample.DUEREN, "law")]
    assert asked == [[sample.DUEREN]]


def test_a_line_that_a_step_does_not_give_comes_to_nothing_there() -> None:
    """Withdrawn by a Korrektur: 8.00 until then, no line afterwards."""
    withdrawn = line(KEY, 0, 8_00)
    found = causes(settled(withdrawn), MONTH, unreversed([(KEY, 8_00)]), lambda: [(Cause.LAW, situation([]))])
    assert found.select("cause", "old_cents", "new_cents").rows() == [("law", 8_00, 0)]


@pytest.mark.parametrize(("last_approved", "waiting"), [(BEFORE, ["law"]), ("2025-01", []), (None, [])])
def test_what_the_county_brought_about_in_approved_months_has_to_be_accepted(
    last_approved: str | None, waiting: list[str]
) -> None:
    """0.40 by law and 1.60 by a Korrektur; only the former waits, and only where February is approved."""
    steps = [(Cause.SOFTWARE, situation([(KEY, 8_00)])), (Cause.LAW, situation([(KEY, 8_40)]))]
    found = causes(settled(line(KEY, 10_00, 8_00)), MONTH, unreversed([(KEY, 8_00)]), lambda: steps)
    assert to_accept(found, last_approved)["cause"].to_list() == waiting
    reasons = dict(accepted(found, last_approved, "Vermerk 7").select("cause", "accepted_reason").rows())
    assert reasons == {"law": "Vermerk 7" if waiting else None, "correction": None}


def test_years_closed_one_after_the_other_start_each_from_a_situation_of_its_own() -> None:
    """2023 was settled last with 1.00, 2024 with 2.00, 2025 with 4.00."""
    keys = [KEY | {"service_month": f"{year}-12"} for year in (2023, 2024, 2025)]
    oldest, middle, newest = (situation([(key, amount) for key in keys]) for amount in (100, 200, 400))
    middle = replace(middle, earlier=oldest, until="2023-12")
    newest = replace(newest, earlier=middle, until="2024-12")
    lines = newest.lines([sample.DUEREN]).select("service_month", "computed_cents").rows()
    assert lines == [("2023-12", 100), ("2024-12", 200), ("2025-12", 400)]
