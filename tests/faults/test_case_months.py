"""A run keeps the case months that changed, and every run reads back all that it calculated, in both stores."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from flows.ledger import posting, submissions
from flows.ledger.store.case_months import read_case_months
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.tables import cases, runs
from flows.ledger.views.month import read_run
from schemas.results import CASES, frame_schema
from tests.faults.test_ledger import DOEBELN, FREIBERG, PROGRAMME, approve, intake, settled
from tests.stores import STORES, new_ledger
from tests.verified import verify

DAYS = {"2025-01": date(2025, 2, 15), "2025-02": date(2025, 3, 15), "2025-03": date(2025, 4, 15), "2025-04": date(2025, 5, 15)}  # fmt: skip


def case_month(month: str, case_id: str = "A-1", ags: str = FREIBERG, **values: Any) -> dict[str, Any]:
    numbers = dict.fromkeys((name for name, dtype in frame_schema(CASES).items() if dtype == pl.Int64), 0)
    key = {"ags": ags, "case_id": case_id, "service_month": month}
    return {**numbers, **key, "eligible": True, "reasons": [], "spell_begin": date(2025, 1, 1), **values}


JANUARY = case_month("2025-01", saved_cents=694_00)
NOT_YET = case_month("2025-01", "B-1", eligible=False, reasons=["no_permit", "too_few_hours"])
ELSEWHERE = case_month("2025-02", ags=DOEBELN)  # a case of the same number
# Month → what its run calculates.
CALCULATED = {
    "2025-01": [JANUARY, NOT_YET],
    "2025-02": [JANUARY, {**NOT_YET, "reasons": ["no_permit"]}, case_month("2025-02", relief_cents=None), ELSEWHERE],
    "2025-03": [{**JANUARY, "saved_cents": 690_00}, case_month("2025-02", relief_cents=0), ELSEWHERE],
    "2025-04": [JANUARY, NOT_YET],
}
# All at first; one other, two new; two others, one gone; one other, one back, two gone.
KEPT = {"2025-01": 2, "2025-02": 3, "2025-03": 3, "2025-04": 4}


def frame(records: list[dict[str, Any]]) -> pl.DataFrame:
    types = frame_schema(CASES)
    return CASES.validate(pl.DataFrame(records, schema=types).sort("ags", "case_id", "service_month"))


def settle(ledger: Ledger, month: str) -> None:
    basis = submissions.known(ledger).seal
    with posting.drafting(ledger, month, "Eva", PROGRAMME, intake(), settled(month), frame(CALCULATED[month]), basis):
        pass
    approve(ledger, month, DAYS[month])


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("kept_all_until", ["", "2025-01", "2025-02"])
def test_every_run_reads_back_what_it_calculated(
    store: str, kept_all_until: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = new_ledger(store, tmp_path, request)
    for month in CALCULATED:
        with monkeypatch.context() as patch:
            if month <= kept_all_until:  # as older versions did
                patch.setattr("flows.ledger.store.case_months.CHANGED", None)
                patch.setattr("flows.ledger.store.case_months.read_case_months", lambda *_: frame([]))
            settle(ledger, month)
    for month, calculated in CALCULATED.items():
        assert read_run(ledger, month).cases.equals(frame(calculated)), month
    with ledger.reading() as connection:
        assert connection is not None
        count = sa.select(runs.c.month, sa.func.count()).join(cases, cases.c.run_id == runs.c.run_id)
        kept = dict(connection.execute(count.group_by(runs.c.month)).all())
        assert read_case_months(connection, "2024-12").is_empty()
    assert kept == KEPT | {month: len(CALCULATED[month]) for month in CALCULATED if month <= kept_all_until}
    assert verify(ledger, Path("none")) == []
