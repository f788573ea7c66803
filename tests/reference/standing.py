"""What stands before the open months: opening balances and closed years (RULES sections 5.3 and 5.4)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.reference.calendar import last_day
from tests.reference.settlement import key_of

Row = dict[str, Any]


@dataclass(frozen=True)
class TakenOver:
    """What counts for a case from before: charged, saved, months; since when it was employed, where that is told."""

    charged_cents: int = 0
    saved_cents: int = 0
    counted_months: int = 0
    employed_since: date | None = None
    until: date | None = None  # the last day of the months taken over

    @property
    def employed_days(self) -> int | None:
        """How long the employment had lasted at the end of the months taken over; None where nobody told."""
        if self.employed_since is None or self.until is None:
            return None
        return (self.until - self.employed_since).days + 1


NOTHING_TAKEN_OVER = TakenOver()


@dataclass(frozen=True)
class Books:
    """What the books say where the calculation asks them.

    `standing` are the rows of opening balances for whose municipality and month no return is accepted: lines with
    `computed_cents`, premiums perhaps with `saved_cents`, `counted_months` and `employed_since`. `posted` are all
    postings, reversals and opening balances among them: the key and `delta_cents`.
    """

    standing: list[Row] = field(default_factory=list)
    posted: list[Row] = field(default_factory=list)
    closed_until: str = ""  # the last closed month; empty: none

    def taken_over(self, ags: str, case_id: str) -> TakenOver:
        """RULES section 5.3: the case's premiums that stand, if they come to more than nothing."""
        rows = [row for row in self._standing_premiums() if (row["ags"], row["case_id"]) == (ags, case_id)]
        charged = sum(row["computed_cents"] for row in rows)
        if charged <= 0:
            return NOTHING_TAKEN_OVER
        saved, months, since = 0, 0, []
        for row in rows:
            saved += row["computed_cents"] if row.get("saved_cents") is None else row["saved_cents"]
            months += 1 if row.get("counted_months") is None else row["counted_months"]
            since += [row["employed_since"]] if row.get("employed_since") else []
        until = last_day(max(row["service_month"] for row in rows))
        return TakenOver(charged, saved, months, min(since, default=None), until)

    def charged_in_closed_months(self, ags: str, case_id: str) -> int:
        """RULES section 5.4: everything posted for the case, apart from what counts as taken over."""
        return sum(
            row["delta_cents"] for row in self._closed("premium") if (row["ags"], row["case_id"]) == (ags, case_id)
        )

    def premiums_of_closed_months(self, ags: str) -> list[Row]:
        """The municipality's posted premiums of closed months, opening balances that stand left out."""
        return [row for row in self._closed("premium") if row["ags"] == ags]

    def neutrality_of_closed_months(self, ags: str) -> int:
        """What was posted for the municipality's neutrality in closed months."""
        return sum(row["delta_cents"] for row in self._closed("neutrality") if row["ags"] == ags)

    def _closed(self, kind: str) -> list[Row]:
        standing = {key_of(row) for row in self.standing}
        return [
            row
            for row in self.posted
            if row["kind"] == kind and row["service_month"] <= self.closed_until and key_of(row) not in standing
        ]

    def _standing_premiums(self) -> list[Row]:
        return [row for row in self.standing if row["kind"] == "premium"]


NO_BOOKS = Books()
