"""The use cases as flow runs that this process begins (use_cases.UseCases)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from prefect import Flow, State
from pydantic import SecretStr

from flows import audit
from flows import report as reporting
from flows import settle as settling
from flows.deployments import approve, report, settle, verify
from flows.location import Location
from flows.orchestration import Cluster, Kind, Progress
from flows.orchestration.tasks import Caller, called_by, outcome, runner
from schemas.months import Month
from schemas.report import Period


class Flows:
    """Settle, approve, report, verify on the Prefect server; `begun` is told the address of each run."""

    def __init__(self, kind: Kind, progress: Progress, begun: Callable[[str], None]) -> None:
        self._kind, self._progress, self._begun = kind, progress, begun

    def settle(
        self, location: Location, month: Month, *, by: str, accept: str | None = None, ahead: bool = False
    ) -> settling.Outcome:
        """Draft a month; `ahead`: one that has not ended yet, too."""
        reason = SecretStr(accept) if accept else None
        done: settling.Outcome = self._run(settle, location, month=month, by=SecretStr(by), accept=reason, ahead=ahead)
        return done

    def approve(
        self,
        location: Location,
        month: Month,
        by: str,
        on: date,
        without_new: bool = False,
        draft: str | None = None,
    ) -> settling.Outcome:
        """Post a month's draft and write its final documents."""
        done: settling.Outcome = self._run(
            approve, location, month=month, by=SecretStr(by), document_date=on, without_new=without_new, draft=draft
        )
        return done

    def report(
        self, location: Location, period: Period, preliminary: bool, audience: str, edited_on: date | None
    ) -> reporting.Outcome:
        """Write a board report."""
        done: reporting.Outcome = self._run(
            report, location, period=period.name, preliminary=preliminary, audience=audience, edited_on=edited_on
        )
        return done

    def verify(self, location: Location, seals: Mapping[Month, str], full: bool) -> audit.Verified:
        """Check the ledger and what was issued from it."""
        done: audit.Verified = self._run(verify, location, seals=dict(seals), full=full)
        return done

    def _run(self, which: Flow[..., Any], location: Location, **parameters: Any) -> Any:
        with called_by(Caller(self._progress, self._begun, location.account, self._kind)):
            inputs, outputs = location.inputs, location.outputs
            if isinstance(self._kind, Cluster):  # its workers stand in folders of their own
                inputs, outputs = inputs.absolute(), outputs.absolute()
            where = {"programme": location.programme, "inputs": inputs, "outputs": outputs}
            started: Callable[..., State[Any]] = which.with_options(task_runner=runner(self._kind))
            return outcome(started(**where, **parameters, return_state=True))
