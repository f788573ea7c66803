"""Whose turn it is: months are settled one after the other, each after the one approved last (RULES section 7.3)."""

from collections.abc import Iterable, Sequence
from datetime import date

from schemas.months import Month, later, month_of
from schemas.status import MonthStatus


def month_to_settle(last_approved: Month | None, with_returns: Sequence[Month], today: date) -> Month:
    """The month that a settlement is for unless another is named.

    After the last approved one; before there is one, the first that has a folder of returns, else the last that ended.

    >>> month_to_settle(Month("2025-01"), (), date(2025, 3, 10)), month_to_settle(None, (), date(2025, 3, 10))
    ('2025-02', '2025-02')
    """
    return _after(last_approved, min(with_returns, default=later(month_of(today), -1)))


def month_to_check(last_approved: Month | None, current_month: Month) -> Month:
    """The month for which single files are checked: after the last approved one, at least the current one.

    >>> month_to_check(Month("2025-03"), Month("2025-03")), month_to_check(Month("2024-12"), Month("2025-03"))
    ('2025-04', '2025-03')
    """
    return max(current_month, _after(last_approved, current_month))


def month_to_do(
    months: Iterable[MonthStatus], first_month: Month, last_month: Month | None, today: date
) -> Month | None:
    """What is to be done next: approve the draft that waits, else settle; none where that month has not begun yet.

    `months` in order; before one is approved, the programme's `first_month` is the first, and none comes after its
    `last_month`.

    >>> approved = [MonthStatus(Month("2025-01"), 15, state="approved")]
    >>> month_to_do(approved, Month("2025-01"), None, date(2025, 2, 1))
    '2025-02'
    >>> month_to_do(approved, Month("2025-01"), Month("2025-01"), date(2025, 2, 1)) is None
    True
    """
    known = list(months)
    drafts = [entry.month for entry in known if entry.state == "draft"]
    if drafts:
        return drafts[0]
    approved = [entry.month for entry in known if entry.state == "approved"]
    following = _after(approved[-1] if approved else None, first_month)
    return following if following <= min(month_of(today), last_month or month_of(today)) else None


def _after(last_approved: Month | None, first: Month) -> Month:
    return first if last_approved is None else later(last_approved, 1)
