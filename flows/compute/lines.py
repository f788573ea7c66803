"""All lines of all service months, as the rules give them today (RULES sections 2 to 6)."""

import polars as pl

from flows.compute.allowance import allowance_lines
from flows.compute.eligibility import judged_placements
from flows.compute.law import Law
from flows.compute.premium import case_months, premium_lines, start_up_lines
from schemas.programme import Programme
from schemas.results import CASES, COMPUTED_LINES, LINE_KEY, empty


def compute(
    rows: dict[str, pl.DataFrame], programme: Programme, law: Law, month: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Computed lines (results.COMPUTED_LINES) and case months (results.CASES) of all municipalities up to `month`.

    `rows`: table → the rows that hold, one return per municipality and month. Refusal if the law does not
    cover a date.
    """
    lines = [allowance_lines(rows["opportunities"], programme, law), start_up_lines(programme, month)]
    cases = empty(CASES)
    if programme.premium:
        benefits, placements = rows["benefits"], rows["placements"]
        cases = case_months(benefits, placements, programme, law)
        lines.append(premium_lines(cases, judged_placements(benefits, placements, programme, law), law))
    return COMPUTED_LINES.validate(pl.concat(lines).sort(LINE_KEY)), cases
