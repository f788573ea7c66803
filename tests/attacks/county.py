"""A county on a bare ledger: returns in, months settled and approved, and what was posted, without files or documents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flows.ledger import balances, closings, orders, posting
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import documents, runs
from schemas.documents import ReturnState
from schemas.findings import findings_frame
from schemas.intake import Intake, Submission
from schemas.months import first_day, later
from schemas.programme.programme import Programme
from schemas.provenance import Provenance
from schemas.results import LineKind, empty, frame_schema
from schemas.returns import TABLES, empty_frame
from schemas.standing import OPENING
from tests import settling
from tests.properties import engine
from tests.reference import sample
from tests.verified import verify

DUEREN = sample.DUEREN
Case = dict[str, Any]  # columns of its rows, by their names; see `employed`


def employed(case_id: str = "A-001", begin: date | None = None, **columns: Any) -> Case:
    """A case in a return: Grundleistung stage 1, accommodation 200.00, employed from the month's first day on.

    From 17 March 2016 to the end of 2018 need is 354.00 + 200.00, and with a health average of 140.00 a month saves
    694.00 where nothing is paid. `columns` are those of Leistungen and Vermittlungen.
    """
    return {"case_id": case_id, "begin": begin, "accommodation_cents": 200_00, **columns}


@dataclass
class County:
    """One programme and its ledger; months are settled by Eva and approved by Frida."""

    folder: Path
    programme: Programme
    ledger: Ledger
    taken: int = 0
    inbox: list[tuple[Submission, list[dict[str, Any]], list[dict[str, Any]]]] = field(default_factory=list)

    @classmethod
    def opened(
        cls, folder: Path, start: str = "2016-10", savings: Any = None, ledger: Ledger | None = None, **terms: Any
    ) -> "County":
        """A programme with one [[premium]] block: the whole saving from the first day on, unless `terms` say otherwise."""
        first = first_day(start)
        health = {"health": ({"from": first, "eur_per_month": "140.00"},)}
        premium = {"from": first, "waiting_days": 0} | ({} if "amount_eur" in terms else {"share": "1"}) | terms
        return cls(
            folder,
            Programme.model_validate(
                sample.programme(start=first, savings=health | (savings or {}), premium=(premium,))
            ),
            ledger or SqliteLedger(folder / "ledger.db"),
        )

    def opening(self, *rows: dict[str, Any]) -> None:
        """Approve opening premiums: service_month, case_id, cents, and what the file may tell beside."""
        self.draft_opening(*rows)
        self.approve_opening(*rows)

    def draft_opening(self, *rows: dict[str, Any]) -> None:
        before = later(self.programme.first_month, -1)
        balances.draft_opening(self.ledger, before, "Eva", self._balances(rows))

    def approve_opening(self, *rows: dict[str, Any], by: str = "Frida") -> None:
        balances.approve_opening(self.ledger, by, first_day(self.programme.first_month), self._balances(rows))

    def _balances(self, rows: Iterable[dict[str, Any]]) -> pl.DataFrame:
        plain = frame_schema(OPENING) | {"quantity": pl.Int64, "rate_cents": pl.Int64}
        records = [
            {
                "service_month": row["service_month"], "ags": DUEREN, "case_id": row.get("case_id", "A-001"), "kind": str(LineKind.PREMIUM),
                "reference": "", "quantity": 1, "unit": "piece", "cost_cents": row["cents"], "computed_cents": row["cents"],
                "reason": [], "legal_basis": "Eröffnungssaldo",
            } | {name: row.get(name) for name in ("saved_cents", "counted_months", "employed_since")}
            for row in rows
        ]  # fmt: skip
        types = {name: empty(OPENING).schema[name] for name in ("quantity", "rate_cents")}
        return pl.DataFrame(records, schema=plain).cast(types)

    def report(self, month: str, *cases: Case, ags: str = DUEREN) -> None:
        """A return of a month, the first one or a Korrektur."""
        self.taken += 1
        sha256 = f"{self.taken:064x}"
        benefits, placements = {}, []
        for number, case in enumerate(cases, start=5):
            origin = {"ags": ags, "month": month, "file_sha256": sha256, "row": number}
            columns = case | origin | {"begin": case["begin"] or first_day(month)}
            benefits[case["case_id"]] = sample.benefit(
                **{name: value for name, value in columns.items() if name in _BENEFITS}
            )
            placements.append(
                sample.placement(**{name: value for name, value in columns.items() if name in _PLACEMENTS})
            )
        entry = Submission(
            f"{sha256}.xlsx", "", sha256, ReturnState.ACCEPTED, ags, month, "Erstmeldung", layout=_LAYOUT
        )
        self.inbox.append((entry, [*benefits.values()], placements))

    def settle(self, month: str, accept: str | None = None) -> settling.Settling:
        """Draft and approve a month with what came in since."""
        return self.draft(month, accept=accept)

    def draft(
        self,
        month: str,
        changed: Callable[[pl.DataFrame], pl.DataFrame] = lambda lines: lines,
        accept: str | None = None,
    ) -> settling.Settling:
        """The same, with lines that somebody has `changed`."""
        found = self.reckon(month, accept)
        found = replace(found, found=replace(found.found, lines=changed(found.found.lines)))
        found.draft()
        with posting.approving(self.ledger, month, "Frida", first_day(later(month, 1)), self.programme.accounting):
            pass
        self.inbox = []
        return found

    def reckon(self, month: str, accept: str | None = None) -> settling.Settling:
        """What a month comes to with what came in since; nothing is stored."""
        rows = {name: empty_frame(table) for name, table in TABLES.items()} | {
            "benefits": engine.rows_frame(TABLES["benefits"], [row for _, own, _ in self.inbox for row in own]),
            "placements": engine.rows_frame(TABLES["placements"], [row for _, _, own in self.inbox for row in own]),
        }
        intake = Intake([entry for entry, _, _ in self.inbox], rows, findings_frame([]))
        guarantee = self.programme.savings.guarantee if self.programme.savings else ""
        # Not to be restored, so that today's law and programme stand for themselves.
        written = Provenance({}, f'savings.guarantee = "{guarantee}"', "1")
        return settling.reckoned(self.ledger, month, intake, self.programme, written, accept)

    def close(self, year: int) -> None:
        closings.close(self.ledger, year, "Eva", self.programme.first_month)

    def cancel(self, month: str, ags: str = DUEREN) -> None:
        """Order the reversal of the municipality's document of a month."""
        with self.ledger.reading() as connection:
            assert connection is not None
            number = connection.scalar(
                documents.select().with_only_columns(documents.c.number)
                .join(runs, runs.c.run_id == documents.c.run_id)
                .where(runs.c.month == month, documents.c.ags == ags)
            )  # fmt: skip
        orders.order_cancellation(
            self.ledger, str(number), reason="Falsche Anschrift", by="Olga", closed=closings.closed(self.ledger)
        )

    def posted(
        self, kind: LineKind = LineKind.PREMIUM, case_id: str | None = None, ags: str = DUEREN
    ) -> dict[str, int]:
        """Service month → cents posted for it, reversals included; months that came to nothing are left out."""
        lines = settling.posted(self.ledger).filter(pl.col("kind") == str(kind), pl.col("ags") == ags)
        own = lines if case_id is None else lines.filter(pl.col("case_id") == case_id)
        sums = own.group_by("service_month").agg(pl.col("delta_cents").sum()).sort("service_month")
        return {month: cents for month, cents in sums.iter_rows() if cents}

    def problems(self) -> list[str]:
        """What `verify` finds, but for the files, of which none is archived here."""
        found = verify(self.ledger, self.folder / "archive")
        return [sentence for sentence in found if not sentence.startswith("Archiv: ")]


# No column stands anywhere: nothing here is found in a cell.
_LAYOUT: dict[str, tuple[str, dict[str, str]]] = {name: (table.sheet, {}) for name, table in TABLES.items()}
_BENEFITS = sample.benefit().keys() | {"month"}
_PLACEMENTS = sample.placement(begin=None).keys() | {"month"}
