"""What a month settles: computed − posted, with reversals, manual lines, opening balances and closed years."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.causes import Situation, accepted, causes, to_accept
from flows.compute.rules.settlement import compute, settle
from flows.ledger import balances, closings, orders, provenance, submissions
from flows.ledger.erasure_record import erased_year
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import posted
from flows.provenance import restored
from schemas.intake import Intake, Known, Submission
from schemas.operations import Beside
from schemas.programme.programme import Programme
from schemas.provenance import WrittenInputs
from schemas.results import CORRECTIONS, LINE_KEY, Cause, empty

Steps = Callable[[], Iterator[tuple[Cause, Situation]]]


@dataclass(frozen=True)
class Reckoning:
    """The lines and case months of a run, and what lies beside them."""

    lines: pl.DataFrame  # results.LINES
    cases: pl.DataFrame  # results.CASES
    beside: Beside
    to_accept: pl.DataFrame  # results.CORRECTIONS that nobody has accepted


def reckon(
    ledger: Ledger, known: Known, intake: Intake, programme: Programme, law: Law, month: str,
    written: WrittenInputs, accept: str | None = None,
) -> Reckoning:  # fmt: skip
    """Compute all lines up to `month` and settle the difference to what was posted.

    `known` and `intake` are what approved runs accepted and what this one accepts; of a closed month counts what held
    when it was closed, and what came later is only listed. `accept`: the reason for which differences are accepted
    that no municipality brought about.
    """
    shut = closings.closed(ledger)
    until = max((entry.until for entry in shut), default="")
    frozen = submissions.known(ledger, shut) if shut else known
    settled = _settled(ledger, known)
    manual, opening = orders.manual_lines(ledger, month), balances.opening_lines(ledger)

    def situation(before: Known, which: Callable[[Submission], bool]) -> Situation:
        rows = submissions.holding_rows(before, intake, which)
        return Situation(rows, programme, law, month, pl.concat([manual, balances.standing(opening, before, intake)]))

    def is_open(entry: Submission) -> bool:
        return str(entry.month) > until

    def is_late(entry: Submission) -> bool:
        return known.holding(str(entry.ags), str(entry.month)) is None and str(entry.month) < month

    def steps(accepted_before: Known, counts: Callable[[Submission], bool]) -> Iterator[tuple[Cause, Situation]]:
        yield from _county_steps(ledger, settled, programme, law, opening)
        first = _with_first_returns(settled, accepted_before)
        yield Cause.LATE_RETURN, situation(first, lambda entry: counts(entry) and is_late(entry))

    here = situation(frozen, is_open)
    computed, cases = compute(here.rows, programme, law, month)
    before, reversing = posted(ledger), orders.reversals(ledger, month)
    unreversed = before.group_by(LINE_KEY).agg(amount=pl.col("delta_cents").sum())
    lines = settle(pl.concat([computed, here.standing]), before, month, reversing)
    lines = lines.filter(pl.col("service_month") > until)
    found = causes(lines, month, unreversed, lambda: steps(frozen, is_open))
    listed = empty(CORRECTIONS)
    if shut:
        whole = situation(known, lambda _: True)
        again = settle(pl.concat([compute(whole.rows, programme, law, month)[0], whole.standing]), before, month)
        year = erased_year(ledger)  # of what is erased nothing is left to compare with
        again = again.filter(pl.col("service_month").is_between(pl.lit(f"{year or 0:04d}-01"), pl.lit(until)))
        listed = causes(again, month, unreversed, lambda: steps(known, lambda _: True))
    waiting = to_accept(found, known.last_approved).clear() if accept else to_accept(found, known.last_approved)
    found = accepted(found, known.last_approved, accept) if accept else found
    beside = Beside(found, listed, reversing, orders.included(ledger, month), written)
    return Reckoning(lines, cases, beside, waiting)


def _settled(ledger: Ledger, known: Known) -> Known:
    """What the month approved last settled: not what it accepted for months that were closed then."""
    shut = closings.closed(ledger, known.last_approved)
    return submissions.known(ledger, shut) if shut else known


def _with_first_returns(settled: Known, accepted: Known) -> Known:
    """What was settled, and of what was accepted since the first returns, which came while their month was closed."""
    first = accepted.returns.join(settled.returns, on=["ags", "month"], how="anti")
    rows = {
        name: pl.concat([own, accepted.rows[name].join(first, on=["ags", "month"], how="semi")])
        for name, own in settled.rows.items()
    }
    return replace(settled, returns=pl.concat([settled.returns, first]), rows=rows)


def _county_steps(
    ledger: Ledger, known: Known, programme: Programme, law: Law, opening: pl.DataFrame
) -> Iterator[tuple[Cause, Situation]]:
    """The returns of the month approved last, first with that month's inputs, then with today's law and programme.

    Service months that were closed then start from the inputs of the month that settled them last.
    """
    last, before = known.last_approved, provenance.latest(ledger)
    if last is None or before is None:
        return
    standing = pl.concat([orders.manual_lines(ledger, last, posted_only=True), balances.standing(opening, known)])
    today = Situation(known.rows, programme, law, last, standing)
    earlier = restored(before, programme.programme.key)
    if earlier is None:
        yield Cause.SOFTWARE, today
        return
    as_settled = replace(today, programme=earlier[0], law=earlier[1])
    with_todays_law = replace(as_settled, law=law)
    for closing in closings.closed(ledger, last):
        settled_with = provenance.of_month(ledger, closing.after_month)
        then = restored(settled_with, programme.programme.key) if settled_with else None
        if then is not None:
            as_settled = _preceded(as_settled, replace(today, programme=then[0], law=then[1]), closing.until)
            with_todays_law = _preceded(with_todays_law, replace(today, programme=then[0]), closing.until)
    yield Cause.SOFTWARE, as_settled
    yield Cause.LAW, with_todays_law
    yield Cause.PROGRAMME, today


def _preceded(situation: Situation, closed: Situation, until: str) -> Situation:
    """A situation whose service months up to `until` start from another one, those that an earlier year closed apart."""
    return replace(situation, earlier=replace(closed, earlier=situation.earlier, until=situation.until), until=until)
