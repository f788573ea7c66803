"""All lines of all service months, as the rules give them today (RULES sections 2 to 6)."""

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.allowance import allowance_lines
from flows.compute.rules.eligibility import judged_placements
from flows.compute.rules.lines import premium_lines, start_up_lines
from flows.compute.rules.neutrality import neutrality_lines
from flows.compute.rules.premium import case_months
from schemas.months import Month
from schemas.programme.programme import Programme
from schemas.results import CASES, COMPUTED_LINES, LINE_KEY, LINES, QUANTITY, Reason, empty
from schemas.standing import NOTHING_STANDS, Standing


def compute(
    rows: dict[str, pl.DataFrame], programme: Programme, law: Law, month: Month, stands: Standing = NOTHING_STANDS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Computed lines (results.COMPUTED_LINES) and case months (results.CASES) of all municipalities up to `month`.

    `rows`: table → the rows that hold, one return per municipality and month; `stands`: what was taken over, and what
    is posted in closed months. Refusal if the law does not cover a date.
    """
    lines = [allowance_lines(rows["opportunities"], programme, law), start_up_lines(programme, month)]
    cases = empty(CASES)
    if programme.premium:
        benefits, placements = rows["benefits"], rows["placements"]
        cases = case_months(benefits, placements, programme, law, stands)
        lines.append(neutrality_lines(cases, programme, month, stands))
        lines.append(premium_lines(cases, judged_placements(benefits, placements, programme, law), law))
    return COMPUTED_LINES.validate(pl.concat(lines).sort(LINE_KEY)), cases


_KEY = list(LINE_KEY)


def settle(
    computed: pl.DataFrame, posted: pl.DataFrame, month: Month, reversing: pl.DataFrame | None = None
) -> pl.DataFrame:
    """For every line key the difference of what the rules give today to what earlier approved runs posted.

    `computed`: results.COMPUTED_LINES of all service months up to `month`; `posted`: results.LINES of all
    earlier approved runs, in the order of posting; `reversing`: results.LINES by which this run takes documents
    back. Result: results.LINES of this run, sorted by service month and key, in cents. A key that vanished is
    reversed (`withdrawn`). Kept are lines with a difference, and lines without one that show a cost or a reason
    which the ledger does not show yet; what a document showed that is taken back is shown anew.
    """
    taken_back = posted.clear() if reversing is None else reversing.select(posted.columns)
    posted = pl.concat([posted, taken_back])
    latest = posted.select(*computed.columns).unique(_KEY, keep="last", maintain_order=True)
    before = posted.group_by(_KEY).agg(posted_before_cents=pl.col("delta_cents").sum())
    today = pl.concat([computed, _vanished(latest, computed)])
    shown = latest.join(taken_back, on=_KEY, how="anti").select(
        *_KEY, shown_cost=pl.col("cost_cents"), shown_reason=pl.col("reason")
    )
    settled = (
        today.join(before, on=_KEY, how="left")
        .join(shown, on=_KEY, how="left")
        .with_columns(settled_in=pl.lit(month), posted_before_cents=pl.col("posted_before_cents").fill_null(0))
        .with_columns(delta_cents=pl.col("computed_cents") - pl.col("posted_before_cents"))
        .filter((pl.col("delta_cents") != 0) | _tells_something_new())
    )
    return LINES.validate(settled.select(LINES.columns.keys()).sort(_KEY))


def _vanished(latest: pl.DataFrame, computed: pl.DataFrame) -> pl.DataFrame:
    """Posted lines that the rules no longer give: nothing is owed, the last posted row stays the evidence."""
    withdrawn = pl.lit([str(Reason.WITHDRAWN)], dtype=pl.List(pl.String))
    return latest.join(computed, on=_KEY, how="anti").with_columns(
        quantity=pl.lit(0).cast(QUANTITY),
        cost_cents=pl.lit(0, pl.Int64),
        computed_cents=pl.lit(0, pl.Int64),
        reason=withdrawn,
    )


def _tells_something_new() -> pl.Expr:
    """A line without an amount is kept where it shows a cost or a reason that is not in the ledger yet."""
    zero = (pl.col("computed_cents") == 0) & (pl.col("delta_cents") == 0)
    shows = (pl.col("cost_cents") != 0) | (pl.col("reason").list.len() > 0)
    known = (pl.col("shown_cost") == pl.col("cost_cents")) & (pl.col("shown_reason") == pl.col("reason"))
    return zero & shows & ~known.fill_null(False)
