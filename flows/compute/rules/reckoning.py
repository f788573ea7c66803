"""What a month settles: computed − posted, with reversals, manual lines, opening balances and closed years (RULES section 7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from flows.compute.law import Law
from flows.compute.rules.causes import Situation, accepted, causes, to_accept
from flows.compute.rules.holding import holding_rows, standing_balances
from flows.compute.rules.settlement import settle
from schemas.brought_forward import BroughtForward
from schemas.intake import Intake, Known, Submission
from schemas.months import NO_MONTH, Month
from schemas.programme.programme import Programme
from schemas.results import CORRECTIONS, LINE_KEY, Cause, LineKind, empty
from schemas.standing import Standing, carried_over, closed_postings

# Month → the programme and law that it was computed from; None where this software no longer reads them as that run did.
SettledWith = Mapping[Month, tuple[Programme, Law] | None]


@dataclass(frozen=True)
class Reckoning:
    """The lines and case months of a run, and why those of earlier months differ."""

    lines: pl.DataFrame  # results.LINES
    cases: pl.DataFrame  # results.CASES
    corrections: pl.DataFrame  # results.CORRECTIONS: why lines of earlier months differ
    closed_differences: (
        pl.DataFrame
    )  # results.CORRECTIONS of closed months: listed, settled with an open month or not at all
    to_accept: pl.DataFrame  # results.CORRECTIONS that nobody has accepted


def reckon(
    brought: BroughtForward,
    settled_with: SettledWith,
    intake: Intake,
    programme: Programme,
    law: Law,
    month: Month,
    accept: str | None = None,
) -> Reckoning:
    """Compute all lines up to `month` and settle the difference to what was posted.

    `brought` is what approved runs left, `intake` what this one accepts. Of a closed month stands what is posted; what
    came since for it settles with the first open month of a case, or is listed (RULES sections 5.4 and 7.7). `accept`:
    the reason for which differences are accepted that no municipality brought about.
    """
    last = brought.last_approved
    manual = brought.manual_lines
    stands = _stands(brought, brought.closed_until, brought.known, intake)
    here = Situation(holding_rows(brought.known, intake), programme, law, month, manual, stands)
    computed, cases = here.computed()
    lines = settle(computed, brought.posted, month, brought.reversals)
    lines = lines.filter(pl.col("service_month") > brought.closed_until)
    found = causes(lines, month, _unreversed(brought), lambda: _steps(brought, settled_with, intake, here))
    listed = _closed_differences(brought, settled_with, intake, here, cases) if brought.closed else empty(CORRECTIONS)
    waiting = pl.concat(
        [to_accept(found, last), to_accept(listed.filter(carried_over(cases, brought.closed_until)), last)]
    )
    if accept:
        found, listed, waiting = accepted(found, last, accept), accepted(listed, last, accept), waiting.clear()
    return Reckoning(lines, cases, found, listed, waiting)


def _stands(brought: BroughtForward, until: Month, known: Known, intake: Intake | None = None) -> Standing:
    """What stands with the months up to `until` closed, where these returns are accepted."""
    opening = standing_balances(brought.opening, known, intake)
    return Standing(opening, until, closed_postings(brought.posted, until, opening), brought.erased_savings)


def _unreversed(brought: BroughtForward) -> pl.DataFrame:
    """Line key and `amount` posted, as if no document were being reversed."""
    return brought.posted.group_by(LINE_KEY).agg(amount=pl.col("delta_cents").sum())


def _closed_differences(
    brought: BroughtForward, settled_with: SettledWith, intake: Intake, here: Situation, cases: pl.DataFrame
) -> pl.DataFrame:
    """What closed months would come to today, compared with what is posted (results.CORRECTIONS).

    Left out are premiums that the open months settle, once one of those is approved: their own causes tell of it then.
    Of what is erased nothing is left to compare with.
    """
    whole = replace(here, stands=_stands(brought, NO_MONTH, brought.known, intake))
    again = settle(whole.computed()[0], brought.posted, here.month)
    again = again.filter(
        pl.col("service_month") > brought.erased_until, pl.col("service_month") <= brought.closed_until
    )
    balanced = (pl.col("kind") == str(LineKind.PREMIUM)) & (
        pl.col("delta_cents").sum().over("ags", "case_id", "kind") == 0
    )
    again = again.filter(~balanced)
    if (brought.last_approved or "") > brought.closed_until:
        again = again.filter(~carried_over(cases, brought.closed_until))
    return causes(again, here.month, _unreversed(brought), lambda: _steps(brought, settled_with, intake, whole))


def _steps(
    brought: BroughtForward, settled_with: SettledWith, intake: Intake, here: Situation
) -> Iterator[tuple[Cause, Situation]]:
    """From what was posted towards `here`: first what the county changed, then the returns that came late."""
    before = _before_reopening(brought, here.stands.closed_until)
    if brought.last_approved in settled_with:
        yield from _county_steps(brought, settled_with, here, before)
    first = _with_first_returns(before, brought.known)

    def is_late(entry: Submission) -> bool:
        if entry.ags is None or entry.month is None:
            return False
        return brought.known.holding(entry.ags, entry.month) is None and entry.month < here.month

    stands = _stands(brought, here.stands.closed_until, first, intake)
    yield Cause.LATE_RETURN, replace(here, rows=holding_rows(first, intake, is_late), stands=stands)


def _before_reopening(brought: BroughtForward, until: Month) -> Known:
    """What was accepted: of months after `until` that were closed when the last month was settled, what held then."""
    then, now = pl.col("month") > until, pl.col("month") <= until
    old, new = brought.known_when_closed, brought.known
    rows = {name: pl.concat([old.rows[name].filter(then), rows.filter(now)]) for name, rows in new.rows.items()}
    return replace(new, returns=pl.concat([old.returns.filter(then), new.returns.filter(now)]), rows=rows)


def _with_first_returns(before: Known, accepted: Known) -> Known:
    """What was known before, and of what was accepted since the first returns, which came while their month was closed."""
    first = accepted.returns.join(before.returns, on=["ags", "month"], how="anti")
    rows = {
        name: pl.concat([own, accepted.rows[name].join(first, on=["ags", "month"], how="semi")])
        for name, own in before.rows.items()
    }
    return replace(before, returns=pl.concat([before.returns, first]), rows=rows)


def _county_steps(
    brought: BroughtForward, settled_with: SettledWith, here: Situation, before: Known
) -> Iterator[tuple[Cause, Situation]]:
    """The returns of the month approved last, first with that month's law and programme, then with today's.

    Service months that were closed then and no longer stand start from those of the month that settled them last.
    """
    last, until = brought.last_approved or NO_MONTH, here.stands.closed_until
    today = replace(
        here, rows=before.rows, month=last, manual=brought.manual_lines_posted, stands=_stands(brought, until, before)
    )
    no_longer_read = (here.programme, here.law)  # then whatever differs is the software's
    programme, law = settled_with[last] or no_longer_read
    as_settled = replace(today, programme=programme, law=law)
    with_todays_law = replace(as_settled, law=here.law)
    reopened = [closing for closing in brought.closed_when_settled if closing.until > until]
    for closing in reopened:
        then = settled_with.get(closing.after_month) or (programme, law)
        as_settled = _preceded(as_settled, replace(today, programme=then[0], law=then[1]), closing.until)
        with_todays_law = _preceded(with_todays_law, replace(today, programme=then[0]), closing.until)
    if reopened:
        closed = _stands(brought, max(closing.until for closing in reopened), brought.known)
        yield Cause.SOFTWARE, replace(as_settled, rows=brought.known.rows, stands=closed)
        yield Cause.REOPENING, as_settled
    else:
        yield Cause.SOFTWARE, as_settled
    yield Cause.LAW, with_todays_law
    yield Cause.PROGRAMME, today


def _preceded(situation: Situation, closed: Situation, until: Month) -> Situation:
    """A situation whose service months up to `until` start from another one, those that an earlier year closed apart."""
    return replace(situation, earlier=replace(closed, earlier=situation.earlier, until=situation.until), until=until)
