"""What a month settles: computed − posted, with reversals, manual lines, opening balances and closed years (RULES section 7)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.causes import Situation, accepted, causes, to_accept
from flows.compute.rules.holding import holding_rows, standing
from flows.compute.rules.settlement import compute, settle
from schemas.brought_forward import BroughtForward
from schemas.intake import Intake, Known, Submission
from schemas.programme.programme import Programme
from schemas.results import CORRECTIONS, LINE_KEY, Cause, empty

# Month → the programme and law that it was computed from; None where this software no longer reads them as that run did.
SettledWith = Mapping[str, tuple[Programme, Law] | None]


@dataclass(frozen=True)
class Reckoning:
    """The lines and case months of a run, and why those of earlier months differ."""

    lines: pl.DataFrame  # results.LINES
    cases: pl.DataFrame  # results.CASES
    corrections: pl.DataFrame  # results.CORRECTIONS: why lines of earlier months differ
    closed_differences: pl.DataFrame  # results.CORRECTIONS of closed months: listed, not settled
    to_accept: pl.DataFrame  # results.CORRECTIONS that nobody has accepted


def reckon(
    brought: BroughtForward, settled_with: SettledWith, intake: Intake, programme: Programme, law: Law, month: str,
    accept: str | None = None,
) -> Reckoning:  # fmt: skip
    """Compute all lines up to `month` and settle the difference to what was posted.

    `brought` is what approved runs left, `intake` what this one accepts; of a closed month counts what held when it
    was closed, and what came later is only listed. `accept`: the reason for which differences are accepted that no
    municipality brought about.
    """
    known, frozen, until = brought.known, brought.known_at_closing, brought.closed_until

    def situation(before: Known, which: Callable[[Submission], bool]) -> Situation:
        opening = standing(brought.opening_lines, before, intake)
        rows = holding_rows(before, intake, which)
        return Situation(rows, programme, law, month, pl.concat([brought.manual_lines, opening]))

    def is_open(entry: Submission) -> bool:
        return str(entry.month) > until

    def is_late(entry: Submission) -> bool:
        return known.holding(str(entry.ags), str(entry.month)) is None and str(entry.month) < month

    def steps(accepted_before: Known, counts: Callable[[Submission], bool]) -> Iterator[tuple[Cause, Situation]]:
        yield from _county_steps(brought, settled_with, programme, law)
        first = _with_first_returns(brought.known_when_settled, accepted_before)
        yield Cause.LATE_RETURN, situation(first, lambda entry: counts(entry) and is_late(entry))

    here = situation(frozen, is_open)
    computed, cases = compute(here.rows, programme, law, month)
    unreversed = brought.posted.group_by(LINE_KEY).agg(amount=pl.col("delta_cents").sum())
    lines = settle(pl.concat([computed, here.standing]), brought.posted, month, brought.reversals)
    lines = lines.filter(pl.col("service_month") > until)
    found = causes(lines, month, unreversed, lambda: steps(frozen, is_open))
    listed = empty(CORRECTIONS)
    if brought.closed:
        whole = situation(known, lambda _: True)
        again = settle(
            pl.concat([compute(whole.rows, programme, law, month)[0], whole.standing]), brought.posted, month
        )
        # Of what is erased nothing is left to compare with.
        again = again.filter(pl.col("service_month") > brought.erased_until, pl.col("service_month") <= until)
        listed = causes(again, month, unreversed, lambda: steps(known, lambda _: True))
    waiting = to_accept(found, known.last_approved).clear() if accept else to_accept(found, known.last_approved)
    found = accepted(found, known.last_approved, accept) if accept else found
    return Reckoning(lines, cases, found, listed, waiting)


def _with_first_returns(settled: Known, accepted: Known) -> Known:
    """What was settled, and of what was accepted since the first returns, which came while their month was closed."""
    first = accepted.returns.join(settled.returns, on=["ags", "month"], how="anti")
    rows = {
        name: pl.concat([own, accepted.rows[name].join(first, on=["ags", "month"], how="semi")])
        for name, own in settled.rows.items()
    }
    return replace(settled, returns=pl.concat([settled.returns, first]), rows=rows)


def _county_steps(
    brought: BroughtForward, settled_with: SettledWith, programme: Programme, law: Law
) -> Iterator[tuple[Cause, Situation]]:
    """The returns of the month approved last, first with that month's inputs, then with today's law and programme.

    Service months that were closed then start from the inputs of the month that settled them last.
    """
    last, known = brought.last_approved, brought.known_when_settled
    if last is None or last not in settled_with:
        return
    lines = pl.concat([brought.manual_lines_posted, standing(brought.opening_lines, known)])
    today = Situation(known.rows, programme, law, last, lines)
    earlier = settled_with[last]
    if earlier is None:
        yield Cause.SOFTWARE, today
        return
    as_settled = replace(today, programme=earlier[0], law=earlier[1])
    with_todays_law = replace(as_settled, law=law)
    for closing in brought.closed_when_settled:
        then = settled_with.get(closing.after_month)
        if then is not None:
            as_settled = _preceded(as_settled, replace(today, programme=then[0], law=then[1]), closing.until)
            with_todays_law = _preceded(with_todays_law, replace(today, programme=then[0]), closing.until)
    yield Cause.SOFTWARE, as_settled
    yield Cause.LAW, with_todays_law
    yield Cause.PROGRAMME, today


def _preceded(situation: Situation, closed: Situation, until: str) -> Situation:
    """A situation whose service months up to `until` start from another one, those that an earlier year closed apart."""
    return replace(situation, earlier=replace(closed, earlier=situation.earlier, until=situation.until), until=until)
