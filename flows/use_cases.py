"""The use cases that an orchestrator may run, and how they run without one. Either way they write the same bytes."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from flows import audit
from flows import report as reporting
from flows import settle as settling
from flows.clock import today
from flows.location import Location
from flows.orchestration import Stages
from schemas.months import Month
from schemas.report import Period


class UseCases(Protocol):
    """Settle, approve, report, verify: the same calls, whoever runs them."""

    def settle(
        self, location: Location, month: Month, *, by: str, accept: str | None = None, ahead: bool = False
    ) -> settling.Outcome:
        """Draft a month; `ahead`: one that has not ended yet, too."""

    def approve(
        self, location: Location, month: Month, by: str, on: date, without_new: bool = False, draft: str | None = None
    ) -> settling.Outcome:
        """Post a month's draft and write its final documents."""

    def report(
        self, location: Location, period: Period, preliminary: bool, audience: str, edited_on: date | None
    ) -> reporting.Outcome:
        """Write a board report."""

    def verify(self, location: Location, seals: Mapping[Month, str], full: bool) -> audit.Verified:
        """Check the ledger and what was issued from it."""


class Here:
    """The use cases in this process, without an orchestrator."""

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    def settle(
        self, location: Location, month: Month, *, by: str, accept: str | None = None, ahead: bool = False
    ) -> settling.Outcome:
        """Draft a month; `ahead`: one that has not ended yet, too."""
        settling.check_over(month, today(), ahead)
        return settling.settle_month(settling.prepare(location, month, drafted_by=by, accept=accept), self._stages)

    def approve(
        self, location: Location, month: Month, by: str, on: date, without_new: bool = False, draft: str | None = None
    ) -> settling.Outcome:
        """Post a month's draft and write its final documents."""
        return settling.approve(location, month, by, on, self._stages, without_new, draft)

    def report(
        self, location: Location, period: Period, preliminary: bool, audience: str, edited_on: date | None
    ) -> reporting.Outcome:
        """Write a board report."""
        return reporting.write_report(
            reporting.prepare(location, period, preliminary, audience, edited_on), self._stages
        )

    def verify(self, location: Location, seals: Mapping[Month, str], full: bool) -> audit.Verified:
        """Check the ledger and what was issued from it."""
        return audit.verify(location, seals, self._stages, full)
