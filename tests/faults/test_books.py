"""What the runs up to one posted and took in, read from either store."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.ledger import posting, submissions
from flows.ledger.store.ledger import Ledger
from flows.ledger.views.disbursement import read_disbursement
from flows.ledger.views.finance import read_finance_books
from schemas.documents import ReturnState
from schemas.findings import findings_frame
from schemas.intake import Intake, Submission
from schemas.refusal import Refusal
from schemas.results import CASES, empty
from schemas.returns import TABLES, empty_frame
from tests.faults.test_ledger import DOEBELN, FREIBERG, PROGRAMME, approve, line, settled
from tests.stores import STORES, new_ledger

JANUARY = settled(
    "2025-01", line(FREIBERG, "2025-01", 800), line(FREIBERG, "2025-01", 20, "AGH-2 2025-01-01"), line(DOEBELN, "2024-12", -500)
)  # fmt: skip
FEBRUARY = settled("2025-02", line(FREIBERG, "2025-02", 900), line(FREIBERG, "2024-12", 0))


def returned(ags: str | None, month: str | None, state: ReturnState) -> Submission:
    return Submission(f"{ags}-{month}-{state}.xlsx", "", f"{ags}-{month}-{state}", state, ags, month, "Erstmeldung")


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """January approved, February drafted: Döbeln's first return of January was held back, its second accepted."""
    opened = new_ledger(request.param, tmp_path, request)
    accepted, held_back = ReturnState.ACCEPTED, ReturnState.HELD_BACK
    runs = {
        "2025-01": (
            JANUARY,
            [(FREIBERG, "2025-01", accepted), (DOEBELN, "2025-01", held_back), (None, None, held_back)],
        ),
        "2025-02": (FEBRUARY, [(DOEBELN, "2025-01", accepted), (FREIBERG, None, held_back)]),
    }
    rows = {name: empty_frame(table) for name, table in TABLES.items()}
    for month, (lines, returns) in runs.items():
        intake = Intake([returned(*entry) for entry in returns], rows, findings_frame([]))
        with posting.drafting(
            opened, month, "Eva", PROGRAMME, intake, lines, empty(CASES), submissions.known(opened).seal
        ):
            pass
        if month == "2025-01":
            approve(opened, month)
    return opened


def test_postings_are_added_up_and_lines_without_an_amount_left_out(ledger: Ledger) -> None:
    january = [
        ("2025-01", DOEBELN, "allowance", "2024-12", -500, 1),
        ("2025-01", FREIBERG, "allowance", "2025-01", 820, 2),
    ]
    books = read_finance_books(ledger, "2025-02")
    assert books.months == ("2025-01", "2025-02")
    assert books.postings.rows() == [*january, ("2025-02", FREIBERG, "allowance", "2025-02", 900, 1)]
    assert read_finance_books(ledger, "2025-01").postings.rows() == january


def test_a_return_counts_as_taken_in_once_any_file_of_it_was_accepted(ledger: Ledger) -> None:
    """Freiberg's file of February does not tell its month: it counts for the month in whose folder it lay."""
    assert read_finance_books(ledger, "2025-01").taken_in.rows() == [
        (DOEBELN, "2025-01", False), (FREIBERG, "2025-01", True),
    ]  # fmt: skip
    assert read_finance_books(ledger, "2025-02").taken_in.rows() == [
        (DOEBELN, "2025-01", True), (FREIBERG, "2025-01", True), (FREIBERG, "2025-02", False),
    ]  # fmt: skip


def test_certificates_are_made_from_approved_months_only(ledger: Ledger) -> None:
    known = read_disbursement(ledger, "2025-01")
    assert known.document_date == date(2025, 2, 15)
    assert known.returns.rows() == [(FREIBERG, "2025-01")]
    assert known.lines["quantity"].to_list() == [Decimal("10.00")] * 3
    with pytest.raises(Refusal, match="Februar 2025 ist nicht freigegeben"):
        read_disbursement(ledger, "2025-02")
