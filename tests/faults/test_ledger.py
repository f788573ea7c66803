"""The ledger: draft, approval, numbers, the chain, and what tampering leaves behind."""

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from flows.ledger import month_state, posting, submissions
from flows.ledger.store.ledger import Ledger
from flows.ledger.store.lines import posted
from flows.ledger.views.month import read_run
from schemas.documents import ReturnState
from schemas.findings import findings_frame
from schemas.intake import Intake, Submission
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import CASES, LINES, empty, frame_schema
from schemas.returns import TABLES, empty_frame
from tests.stores import STORES, new_ledger, unguard
from tests.verified import verify

PROGRAMME = load_programme(Path("inputs/mittelsachsen"))
FREIBERG, DOEBELN = "14522180", "14522080"
ARCHIVED = b"a received workbook"
SHA = "5a9c0e2a5d4d3f6f9e64a9d64a5a7c0f8f3b8a4e1d2c3b4a5968778695a4b3c2"


def line(ags: str, month: str, cents: int, reference: str = "AGH-1 2025-01-01") -> dict[str, object]:
    return {
        "service_month": month, "ags": ags, "case_id": "X-001", "kind": "allowance", "reference": reference,
        "provider_kind": "Kommune", "quantity": "10", "unit": "hour", "rate_cents": "80", "cost_cents": cents,
        "computed_cents": cents, "reason": [], "legal_basis": "§ 5 Abs. 2 AsylbLG", "file_sha256": SHA,
        "sheet": "Arbeitsgelegenheiten", "row": 5,
    }  # fmt: skip


def settled(month: str, *lines: dict[str, object]) -> pl.DataFrame:
    """Lines of a run in which nothing was posted before."""
    records = [
        {"settled_in": month, **entry, "posted_before_cents": 0, "delta_cents": entry["computed_cents"]}
        for entry in lines
    ]
    types = frame_schema(LINES)
    texts = {"quantity": pl.String, "rate_cents": pl.String}
    frame = pl.DataFrame(records, schema={name: texts.get(name, dtype) for name, dtype in types.items()})
    return LINES.validate(frame.cast({"quantity": types["quantity"], "rate_cents": types["rate_cents"]}))


def intake(*accepted: Submission) -> Intake:
    return Intake(list(accepted), {name: empty_frame(table) for name, table in TABLES.items()}, findings_frame([]))


def draft(
    ledger: Ledger, month: str, lines: pl.DataFrame, by: str = "Eva Entwurf", programme: Programme = PROGRAMME
) -> None:
    with posting.drafting(ledger, month, by, programme, intake(), lines, empty(CASES), submissions.known(ledger).seal):
        pass


def approve(ledger: Ledger, month: str, on: date = date(2025, 2, 15), by: str = "Frida Freigabe") -> None:
    with posting.approving(ledger, month, by, on, PROGRAMME.accounting):
        pass


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return new_ledger(request.param, tmp_path, request)


def numbers(ledger: Ledger, month: str) -> dict[str, tuple[str, str | None]]:
    rows = read_run(ledger, month).documents.select("ags", "kind", "number").rows()
    return {ags: (kind, number) for ags, kind, number in rows if kind != "nil"}


def test_numbers_follow_each_other_over_the_months_of_a_year_and_start_anew(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800), line(DOEBELN, "2025-01", -800)))
    approve(ledger, "2025-01", date(2025, 2, 15))
    draft(ledger, "2025-02", settled("2025-02", line(FREIBERG, "2025-02", 800)))
    approve(ledger, "2025-02", date(2025, 3, 15))
    draft(ledger, "2025-12", settled("2025-12", line(FREIBERG, "2025-12", 800)))
    approve(ledger, "2025-12", date(2026, 1, 15))
    assert numbers(ledger, "2025-01") == {
        DOEBELN: ("credit_note", "AGH-2025-0001"),
        FREIBERG: ("invoice", "AGH-2025-0002"),
    }
    assert numbers(ledger, "2025-02") == {FREIBERG: ("invoice", "AGH-2025-0003")}
    assert numbers(ledger, "2025-12") == {FREIBERG: ("invoice", "AGH-2026-0001")}
    assert verify(ledger, Path("none")) == []


def test_a_total_of_zero_is_numbered_but_not_due_and_a_month_without_lines_is_not_numbered(ledger: Ledger) -> None:
    lines = settled("2025-01", line(FREIBERG, "2025-01", 800), line(FREIBERG, "2024-12", -800))
    draft(ledger, "2025-01", lines)
    approve(ledger, "2025-01")
    documents = {row["ags"]: row for row in read_run(ledger, "2025-01").documents.iter_rows(named=True)}
    assert documents[FREIBERG]["kind"] == "statement"
    assert documents[FREIBERG]["number"] == "AGH-2025-0001"
    assert documents[FREIBERG]["due_date"] is None
    assert (documents[DOEBELN]["kind"], documents[DOEBELN]["number"]) == ("nil", None)


@pytest.mark.parametrize("cents", [800, -800], ids=["invoice", "credit note"])
def test_a_document_with_an_amount_is_due_after_the_agreed_days(ledger: Ledger, cents: int) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", cents)))
    approve(ledger, "2025-01", date(2025, 2, 15))
    due = read_run(ledger, "2025-01").documents.filter(ags=FREIBERG)["due_date"].item()
    assert due == date(2025, 3, 17)  # 15 February + 30 days


def test_a_run_corrects_the_documents_in_which_its_differences_stand(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800), line(DOEBELN, "2025-01", 80)))
    approve(ledger, "2025-01", date(2025, 2, 15))
    first = numbers(ledger, "2025-01")
    draft(ledger, "2025-02", settled("2025-02", line(FREIBERG, "2025-02", 400), line(DOEBELN, "2024-12", 80)))
    assert read_run(ledger, "2025-02").corrected.is_empty()  # a new month, and a late one that nobody settled
    approve(ledger, "2025-02", date(2025, 3, 15))
    draft(ledger, "2025-03", settled("2025-03", line(FREIBERG, "2025-01", 160), line(DOEBELN, "2025-03", 80)))
    once = read_run(ledger, "2025-03").corrected.rows()
    assert once == [(FREIBERG, first[FREIBERG][1], date(2025, 2, 15), False)]
    approve(ledger, "2025-03", date(2025, 4, 15))
    draft(ledger, "2025-04", settled("2025-04", line(FREIBERG, "2025-01", 240)))
    twice = read_run(ledger, "2025-04").corrected["number"].to_list()
    assert twice == [first[FREIBERG][1], numbers(ledger, "2025-03")[FREIBERG][1]]


def test_drafting_anew_replaces_the_draft(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 900)))
    assert read_run(ledger, "2025-01").lines["delta_cents"].to_list() == [900]
    assert [entry.month for entry in month_state.months(ledger)] == ["2025-01"]


def test_the_drafter_may_not_approve_however_the_name_is_written(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)), by="Eva Entwurf")
    with pytest.raises(Refusal, match="zweite Person"):
        approve(ledger, "2025-01", by=" eva ENTWURF ")
    assert month_state.months(ledger)[0].state == "draft"


def test_an_approved_month_is_neither_drafted_nor_approved_again(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    approve(ledger, "2025-01")
    with pytest.raises(Refusal, match="bereits freigegeben"):
        approve(ledger, "2025-01")
    with pytest.raises(Refusal, match="bereits freigegeben"):
        draft(ledger, "2025-01", empty(LINES))
    with pytest.raises(Refusal, match="liegt vor dem zuletzt freigegebenen Januar 2025"):
        draft(ledger, "2024-12", empty(LINES))


def test_a_month_is_not_drafted_after_an_unapproved_one(ledger: Ledger) -> None:
    draft(ledger, "2025-01", empty(LINES))
    with pytest.raises(Refusal, match="Januar 2025 ist noch nicht freigegeben"):
        draft(ledger, "2025-02", empty(LINES))


def test_a_draft_computed_before_another_month_was_approved_is_refused(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    before = submissions.known(ledger).seal
    approve(ledger, "2025-01")
    late = posting.drafting(ledger, "2025-02", "Eva", PROGRAMME, intake(), empty(LINES), empty(CASES), before)
    with pytest.raises(Refusal, match="veralteten Stand"), late:
        pass
    assert [entry.month for entry in month_state.months(ledger)] == ["2025-01"]


def test_document_dates_do_not_run_backwards(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    approve(ledger, "2025-01", date(2025, 2, 15))
    draft(ledger, "2025-02", settled("2025-02", line(FREIBERG, "2025-02", 800)))
    with pytest.raises(Refusal, match=r"15\.02\.2025"):
        approve(ledger, "2025-02", date(2025, 2, 14))


def test_posted_lines_come_back_as_they_were_posted(ledger: Ledger) -> None:
    lines = settled("2025-01", line(FREIBERG, "2025-01", 800))
    draft(ledger, "2025-01", lines)
    assert posted(ledger).is_empty()  # a draft is not posted
    approve(ledger, "2025-01")
    assert posted(ledger).equals(lines)


TAMPERING = [
    "UPDATE lines SET delta_cents = delta_cents + 1",
    "UPDATE documents SET total_cents = 1 WHERE kind = 'invoice'",
    "DELETE FROM lines",
    "UPDATE runs SET approved_by = 'jemand anderes'",
    "INSERT INTO lines SELECT * FROM lines",
]
REPLACING = {
    "sqlite": "INSERT OR REPLACE INTO runs (run_id, month, state, drafted_by) VALUES (1, '2025-01', 'draft', 'Eva')",
    "postgresql": "INSERT INTO runs (run_id, month, state, drafted_by) VALUES (1, '2025-01', 'draft', 'Eva') ON CONFLICT (run_id) DO UPDATE SET state = 'draft'",
}


@pytest.mark.parametrize("tampering", TAMPERING)
def test_a_sealed_run_refuses_every_change_and_verify_sees_what_was_forced(ledger: Ledger, tampering: str) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    approve(ledger, "2025-01")
    with pytest.raises(sa.exc.DBAPIError, match="sealed"), ledger.transaction() as connection:
        connection.exec_driver_sql(tampering)
    assert verify(ledger, Path("none")) == []
    with ledger.transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql(tampering)
    assert any("Januar 2025" in sentence for sentence in verify(ledger, Path("none")))


def test_a_sealed_run_is_not_replaced_either(ledger: Ledger) -> None:
    draft(ledger, "2025-01", empty(LINES))
    approve(ledger, "2025-01")
    with pytest.raises(sa.exc.DBAPIError, match="sealed"), ledger.transaction() as connection:
        connection.exec_driver_sql(REPLACING[connection.dialect.name])
    assert month_state.months(ledger)[0].state == "approved"


def test_verify_finds_a_missing_and_a_changed_archived_file(ledger: Ledger, tmp_path: Path) -> None:
    source = tmp_path / "Freiberg.xlsx"
    source.write_bytes(ARCHIVED)
    sha = hashlib.sha256(ARCHIVED).hexdigest()
    entry = Submission("Freiberg.xlsx", str(source), sha, ReturnState.ACCEPTED, FREIBERG, "2025-01", "Erstmeldung")
    with posting.drafting(ledger, "2025-01", "Eva Entwurf", PROGRAMME, intake(entry), empty(LINES), empty(CASES)):
        pass
    approve(ledger, "2025-01")
    archive = tmp_path / "archive"
    assert verify(ledger, archive) == [f"Archiv: Die Datei Freiberg.xlsx ({sha[:12]}…) fehlt."]
    submissions.archive([entry], archive)
    assert verify(ledger, archive) == []
    (archive / f"{sha}.xlsx").write_bytes(b"another workbook")
    assert verify(ledger, archive) == [f"Archiv: Die Datei Freiberg.xlsx ({sha[:12]}…) wurde verändert."]


def test_a_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800)))
    with pytest.raises(RuntimeError, match="power cut"), ledger.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM lines")
        raise RuntimeError("power cut")
    assert read_run(ledger, "2025-01").lines.height == 1
