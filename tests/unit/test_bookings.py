"""The booking list: sums per document, kind and service month; the form that the programme file asks for."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.emit.cash.bookings import bookings, write_bookings
from schemas.documents import CORRECTED, DOCUMENTS, RECEIVED, Run
from schemas.findings import findings_frame
from schemas.programme.programme import Programme
from schemas.results import CASES, CORRECTIONS, LINES, LineKind, empty, frame_schema
from tests.broken.programmes import PLAIN, WITH_ALLOWANCE, loaded
from tests.golden.books import reversals

DUEREN, JUELICH = "05358008", "05358024"
Posting = tuple[str, str, str, str, int]  # ags, service month, case, kind, cents


def run(*postings: Posting, month: str = "2025-01", draft: bool = False) -> Run:
    """A run of two municipalities with these lines; approved on 2025-02-15, due on 2025-03-17 (30 days)."""
    types = frame_schema(LINES)
    records = [
        dict.fromkeys(types) | {
            "settled_in": month, "service_month": service, "ags": ags, "case_id": case, "kind": kind, "reference": "",
            "unit": "month", "cost_cents": cents, "computed_cents": cents, "posted_before_cents": 0, "delta_cents": cents,
            "reason": [], "legal_basis": "Programm",
        }
        for ags, service, case, kind, cents in postings
    ]  # fmt: skip
    totals = {ags: sum(cents for own, *_, cents in postings if own == ags) for ags in (DUEREN, JUELICH)}
    documents = [
        {
            "ags": ags, "kind": "invoice" if total > 0 else "credit_note" if total else "statement",
            "number": None if draft else f"VP-2025-000{place}", "total_cents": total,
            "document_date": None if draft else date(2025, 2, 15),
            "due_date": date(2025, 3, 17) if total and not draft else None,
        }
        for place, (ags, total) in enumerate(totals.items(), 1)
    ]  # fmt: skip
    return Run(
        month=month, draft=draft, drafted_by="Eva", approved_by=None if draft else "Frida",
        document_date=None if draft else date(2025, 2, 15),
        lines=pl.DataFrame(records, schema=types), corrections=empty(CORRECTIONS), closed_differences=empty(CORRECTIONS),
        cases=empty(CASES), documents=pl.DataFrame(documents, schema=frame_schema(DOCUMENTS)),
        corrected=empty(CORRECTED), received=empty(RECEIVED), findings=findings_frame([]), files={}, letters={},
    )  # fmt: skip


EXAMPLE = run(
    (DUEREN, "2024-12", "D-001", "premium", -500_00),
    (DUEREN, "2025-01", "D-001", "premium", 700_10),
    (DUEREN, "2025-01", "D-002", "premium", 25),
    (DUEREN, "2025-01", "", "start_up", 10_000_00),
    (JUELICH, "2024-12", "J-001", "premium", 80_00),
    (JUELICH, "2024-12", "J-002", "premium", -80_00),  # nothing to book in December
    (JUELICH, "2025-01", "J-001", "premium", -1_234_56),
)


def programme(section: str) -> Programme:
    return loaded(PLAIN + "\n" + section)


def written(tmp_path: Path, form: Programme, of: Run = EXAMPLE) -> bytes:
    write_bookings(tmp_path / "b.csv", of, form, reversals())
    return (tmp_path / "b.csv").read_bytes()


def test_one_booking_per_document_kind_and_service_month() -> None:
    assert bookings(lines=EXAMPLE.lines, documents=EXAMPLE.documents, reversals=reversals()).drop(
        "cancelled"
    ).rows() == [
        ("VP-2025-0001", DUEREN, "premium", "2024-12", -500_00),
        ("VP-2025-0001", DUEREN, "premium", "2025-01", 700_35),  # 700.10 + 0.25
        ("VP-2025-0001", DUEREN, "start_up", "2025-01", 10_000_00),
        ("VP-2025-0002", JUELICH, "premium", "2025-01", -1_234_56),
    ]


def test_bookings_add_up_to_the_documents() -> None:
    total = sum(EXAMPLE.documents["total_cents"])
    # 700.35 − 500.00 + 10,000.00 − 1,234.56
    assert (
        bookings(lines=EXAMPLE.lines, documents=EXAMPLE.documents, reversals=reversals())["amount_cents"].sum()
        == total
        == 8_965_79
    )


def test_standard_list(tmp_path: Path) -> None:
    """Without [bookings]: what Excel opens by a double click, without the columns that nobody filled."""
    text = written(tmp_path, loaded(PLAIN)).decode("utf-8-sig")
    heading, *rows = csv.reader(text.splitlines(), delimiter=";")
    assert heading == [
        "Belegnummer", "Belegdatum", "Fällig am", "Haushaltsjahr", "Leistungsmonat", "Personenkonto", "Gemeindeschlüssel",
        "Kommune", "Art", "Betrag", "Währung", "Buchungstext",
    ]  # fmt: skip
    assert rows[0] == [
        "VP-2025-0001", "15.02.2025", "17.03.2025", "2024", "12.2024", "7358008", DUEREN, "Düren, Stadt", "Prämie",
        "-500,00", "EUR", "Prämie Dezember 2024, Düren, Stadt",
    ]  # fmt: skip
    # a credit note is paid out by the same day: 15 February and 30 days
    assert rows[3][:5] == ["VP-2025-0002", "15.02.2025", "17.03.2025", "2025", "01.2025"]
    assert [row[9] for row in rows] == ["-500,00", "700,35", "10000,00", "-1234,56"]


OWN = """[bookings]
separator = "|"
decimal_separator = "."
encoding = "cp1252"
date_format = "TTMMJJJJ"
fiscal_year = "document_date"
cost_centre = "313100"
accounts = { premium = "448200", start_up = "448210", adjustment = "448290" }
columns = [
  { heading = "Mandant", value = "001" },
  { heading = "Jahr", source = "fiscal_year" },
  { heading = "Tag", source = "document_date" },
  { heading = "Monat", source = "service_month" },
  { heading = "Konto", source = "account" },
  { heading = "KST", source = "cost_centre" },
  { heading = "SH", source = "debit_credit" },
  { heading = "Betrag", source = "amount_absolute" },
  { heading = "Ort", source = "municipality" },
  { heading = "Beleg", source = "document_kind" },
]
"""


def test_own_list(tmp_path: Path) -> None:
    lines = written(tmp_path, programme(OWN)).decode("cp1252").split("\r\n")
    assert lines == [
        "Mandant|Jahr|Tag|Monat|Konto|KST|SH|Betrag|Ort|Beleg",
        "001|2025|15022025|122024|448200|313100|H|500.00|Düren, Stadt|Rechnung",
        "001|2025|15022025|012025|448200|313100|S|700.35|Düren, Stadt|Rechnung",
        "001|2025|15022025|012025|448210|313100|S|10000.00|Düren, Stadt|Rechnung",
        "001|2025|15022025|012025|448200|313100|H|1234.56|Jülich, Stadt|Gutschrift",
        "",
    ]


def test_a_reversal_is_booked_under_its_own_number(tmp_path: Path) -> None:
    """Both kinds of VP-2025-0007 go back; the lines themselves settle anew in the documents of the run."""
    taken_back = reversals(
        ("VP-2025-0009", "VP-2025-0007", "Falsche Anschrift", JUELICH, "premium", "2024-12", -80_00),
        ("VP-2025-0009", "VP-2025-0007", "Falsche Anschrift", JUELICH, "start_up", "2024-12", -10_000_00),
    )
    settled = run((JUELICH, "2024-12", "J-001", "premium", 80_00), (JUELICH, "2024-12", "", "start_up", 10_000_00))
    assert bookings(lines=settled.lines, documents=settled.documents, reversals=taken_back).rows() == [
        ("VP-2025-0009", JUELICH, "premium", "2024-12", -80_00, "VP-2025-0007"),
        ("VP-2025-0009", JUELICH, "start_up", "2024-12", -10_000_00, "VP-2025-0007"),
        ("VP-2025-0002", JUELICH, "premium", "2024-12", 80_00, None),
        ("VP-2025-0002", JUELICH, "start_up", "2024-12", 10_000_00, None),
    ]
    write_bookings(tmp_path / "b.csv", settled, loaded(PLAIN), taken_back)
    first = (tmp_path / "b.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(";")
    assert first[:4] == ["VP-2025-0009", "15.02.2025", "17.03.2025", "2024"]  # 30 days, as every document of the run
    assert first[-1] == '"Storno VP-2025-0007: Prämie Dezember 2024, Jülich, Stadt"'.strip('"')


def test_text_is_never_a_formula_and_a_minus_stays_a_sign(tmp_path: Path) -> None:
    hostile = loaded(PLAIN.replace('"Düren, Stadt"', '"=1+1|Düren"'))
    rows = list(csv.reader(written(tmp_path, hostile).decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[1][7] == "'=1+1|Düren"
    assert rows[1][9] == "-500,00"


def test_a_separator_inside_a_text_is_quoted(tmp_path: Path) -> None:
    text = written(tmp_path, programme('[bookings]\nseparator = ","\ndecimal_separator = "."\n')).decode("utf-8-sig")
    assert '"Düren, Stadt"' in text
    assert all(len(row) == 12 for row in csv.reader(text.splitlines()))


def test_no_lines_leave_the_headings(tmp_path: Path) -> None:
    assert written(tmp_path, loaded(PLAIN), run()).decode("utf-8-sig").count("\r\n") == 1


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path, programme(OWN)) == written(tmp_path, programme(OWN))


@pytest.mark.parametrize(
    ("form", "expected"),
    [("TT.MM.JJJJ", "12.2024"), ("JJJJ-MM-TT", "2024-12"), ("TTMMJJJJ", "122024"), ("JJJJMMTT", "202412")],
)
def test_months_are_written_like_days(form: str, expected: str) -> None:
    assert programme(f'[bookings]\ndate_format = "{form}"\n').bookings.month(date(2024, 12, 1)) == expected


def test_an_account_is_needed_only_for_what_the_programme_charges() -> None:
    accounts = '[bookings]\naccounts = { allowance = "1", expense = "2", adjustment = "3" }\n'
    assert loaded(WITH_ALLOWANCE + accounts).bookings.used_columns[9].source == "account"


postings = st.tuples(
    st.sampled_from([DUEREN, JUELICH]), st.sampled_from(["2024-11", "2024-12", "2025-01"]), st.sampled_from(["X-1", "X-2"]),
    st.sampled_from([str(kind) for kind in LineKind]), st.integers(-10_000, 10_000),
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.lists(postings, max_size=30))
def test_bookings_always_add_up_and_none_is_zero(entries: list[Posting]) -> None:
    settled = run(*entries)
    booked = bookings(lines=settled.lines, documents=settled.documents, reversals=reversals())
    for ags, total in settled.documents.select("ags", "total_cents").rows():
        assert booked.filter(pl.col("ags") == ags)["amount_cents"].sum() == total
    assert booked.select("ags", "kind", "service_month").is_unique().all()
    assert 0 not in booked["amount_cents"]
