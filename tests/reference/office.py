"""A county's office over its months (RULES sections 7 and 8): what it took in, ordered, closed and posted, kept in lists."""

from dataclasses import dataclass, field
from typing import Any

from tests.reference.allowance import allowance_lines
from tests.reference.neutrality import neutrality_lines, saved_together
from tests.reference.premium import case_months, premium_lines, start_up_lines
from tests.reference.settlement import key_of
from tests.reference.standing import Books

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # benefits, placements, opportunities of one return


@dataclass
class Run:
    """What a draft for a month comes to; nothing is posted by it."""

    month: str
    held: dict[tuple[str, str], Rows]
    cases: list[Row]
    manual: list[Row]
    reversals: list[Row]  # key and delta_cents
    lines: list[Row]  # key, computed_cents, posted_before_cents, delta_cents


@dataclass
class Office:
    """The books. `opening` are the approved opening balances: key, computed_cents and what else the file told."""

    opening: list[Row] = field(default_factory=list)
    held: dict[tuple[str, str], Rows] = field(default_factory=dict)  # (ags, month) → the return that holds
    manual: list[Row] = field(default_factory=list)  # key and computed_cents
    postings: list[Row] = field(default_factory=list)  # key, delta_cents, settled_in, reversal
    closed_until: str = ""

    def __post_init__(self) -> None:
        for row in self.opening:
            self.postings.append(row | {"delta_cents": row["computed_cents"], "settled_in": "", "reversal": False})

    def draft(
        self,
        month: str,
        programme: Row,
        taken: list[tuple[str, str, Rows]],
        manual: list[Row],
        cancelled: list[tuple[str, str]],
    ) -> Run:
        """RULES section 7 for a month: `taken` returns in the order of their acceptance (ags, month, rows), manual lines
        that were ordered, and the documents (ags, month that settled them) whose reversal was ordered."""
        held = self.held | {(ags, of_month): rows for ags, of_month, rows in taken}
        books = Books(self._standing(held), self.postings, self.closed_until)
        cases = case_months(_rows(held, "benefits"), _rows(held, "placements"), programme, books)
        premiums = premium_lines(cases, books)
        computed = [
            *premiums,
            *neutrality_lines(cases, premiums, programme, month, books),
            *(allowance_lines(_rows(held, "opportunities"), programme) if "allowance" in programme else ()),
            *start_up_lines(programme, month),
            *books.standing,
            *self.manual,
            *manual,
        ]
        reversals = [
            {**row, "delta_cents": -row["delta_cents"], "settled_in": month, "reversal": True}
            for ags, settled_in in cancelled
            for row in self.postings
            if not row["reversal"] and (row["ags"], row["settled_in"]) == (ags, settled_in)
        ]
        lines = self._differences(month, computed, [*self.postings, *reversals])
        return Run(month, held, cases, manual, reversals, lines)

    def post(self, run: Run) -> None:
        """RULES section 8.1: the run is approved."""
        self.held = run.held
        self.manual = [*self.manual, *run.manual]
        self.postings += run.reversals
        self.postings += [line | {"settled_in": run.month, "reversal": False} for line in run.lines]

    def close(self, year: int) -> None:
        """RULES section 5.4: of its months stands what is posted."""
        self.closed_until = f"{year}-12"

    def reopen(self) -> None:
        """All years are open again."""
        self.closed_until = ""

    def overcharged(self, run: Run, month: str) -> list[tuple[str, str, int, int]]:
        """The municipalities and open months in which premiums and neutrality posted exceed the saving.

        From the postings alone; opening balances that stand are on neither side. Each with both figures.
        """
        standing = {key_of(row) for row in self._standing(self.held)}
        counted = [
            row for row in self.postings if row["kind"] in ("premium", "neutrality") and key_of(row) not in standing
        ]
        found = []
        for ags in sorted({row["ags"] for row in counted}):
            months = {row["service_month"] for row in counted} | {case["service_month"] for case in run.cases}
            for of_month in sorted(m for m in months if self.closed_until < m <= month):
                charged = sum(
                    row["delta_cents"] for row in counted if row["ags"] == ags and row["service_month"] <= of_month
                )
                saved = saved_together(ags, of_month, run.cases)
                if charged > max(0, saved):
                    found.append((ags, of_month, charged, saved))
        return found

    def _standing(self, held: dict[tuple[str, str], Rows]) -> list[Row]:
        """RULES section 7.6: opening balances of municipalities and months without an accepted return; start-up follows from the programme."""
        return [
            row for row in self.opening if (row["ags"], row["service_month"]) not in held and row["kind"] != "start_up"
        ]

    def _differences(self, month: str, computed: list[Row], posted: list[Row]) -> list[Row]:
        """RULES section 7.1: computed − posted, key by key; of a closed month stands what is posted."""
        today = {
            key_of(line): line["computed_cents"]
            for line in computed
            if self.closed_until < line["service_month"] <= month
        }
        before: dict[tuple[str, ...], int] = {}
        for row in posted:
            before[key_of(row)] = before.get(key_of(row), 0) + row["delta_cents"]
        lines = []
        for key in sorted(today.keys() | before.keys()):
            if not self.closed_until < key[0] <= month:
                continue
            amount, posted_before = today.get(key, 0), before.get(key, 0)
            names = dict(zip(("service_month", "ags", "case_id", "kind", "reference"), key, strict=True))
            lines.append(
                names
                | {
                    "computed_cents": amount,
                    "posted_before_cents": posted_before,
                    "delta_cents": amount - posted_before,
                }
            )
        return lines


def _rows(held: dict[tuple[str, str], Rows], table: str) -> list[Row]:
    return [row for rows in held.values() for row in rows.get(table, ())]
