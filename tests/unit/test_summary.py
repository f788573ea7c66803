"""What the person at the keyboard reads after a run."""

from dataclasses import replace
from pathlib import Path

import polars as pl

from flows.commands.ending import _BROUGHT
from flows.commands.wording.summary import handing_over, summary
from schemas.documents import RECEIVED, ReturnState, Run, return_states
from schemas.journal import Act
from schemas.results import CORRECTIONS, frame_schema
from tests.golden import samples
from tests.golden.books import reversals
from tests.unit.test_bookings import run

FOLDER = Path("outputs/dueren/2016-08")
PROGRAMME = samples.PREMIUMS
NOTHING = reversals()


def told(month: Run, *rest: tuple[str, ...], taken_back: pl.DataFrame = NOTHING) -> list[str]:
    return list(summary(month, taken_back, PROGRAMME, FOLDER, *(rest or ((), ()))))


def received(*agses: str) -> pl.DataFrame:
    rows = [{"ags": ags, "month": "2025-01", "state": "accepted"} for ags in agses]
    return pl.DataFrame(rows, schema=frame_schema(RECEIVED))


def test_one_is_told_in_the_singular_and_by_name() -> None:
    month = run(("05358008", "2025-01", "D-001", "premium", 700_10), draft=True)
    lines = told(replace(month, received=received("05358024")))
    assert lines[0] == "Entwurf: Januar 2025 · 1 Meldung übernommen, 0 zurückgestellt"
    assert lines[1] == "  Ohne übernommene Meldung für diesen Monat: Düren, Stadt (05358008)"


def test_credit_notes_are_named_and_counted_in_the_sum() -> None:
    """500.00 to be paid, 80.00 to be paid back: 420.00."""
    month = run(
        ("05358008", "2025-01", "D-001", "premium", 500_00),
        ("05358024", "2024-12", "J-001", "premium", -80_00),
    )
    lines = told(replace(month, received=received("05358008", "05358024")))
    assert lines == [
        "Freigegeben: Januar 2025 · 2 Meldungen übernommen, 0 zurückgestellt",
        "  2 Abrechnungen (davon 1 Gutschrift) über zusammen 420,00 € · Unterlagen: outputs/dueren/2016-08",
    ]


def test_what_needs_attention_has_a_line_of_its_own() -> None:
    month = run(("05358008", "2025-01", "D-001", "premium", 500_00))
    sent = [
        {"ags": "05358008", "month": "2025-01", "state": "held_back", "file": name} for name in ("a.xlsx", "b.xlsx")
    ]
    month = replace(month, received=pl.DataFrame(sent, schema=frame_schema(RECEIVED)))
    lines = told(month, ("2025-02",), ("2024-11", "2024-12"))
    assert lines[0].startswith("Freigegeben: ") and lines[0].endswith("2 zurückgestellt")
    assert (
        "  Zurückgestellt (Gründe in der Finanzübersicht, Blatt „Befunde“; Korrekturmappen unter Korrekturen): a.xlsx; b.xlsx"
        in lines
    )
    assert "  Der spätere Entwurf für Februar 2025 wurde verworfen." in lines
    assert any("November 2024, Dezember 2024" in line for line in lines)


def differences(*rows: tuple[str, str, int, str, str | None]) -> pl.DataFrame:
    """Service month, case, difference in cents, cause, reason for which it was accepted; all of Düren's premiums."""
    records = [
        {"service_month": month, "ags": "05358008", "case_id": case, "kind": "premium", "reference": "", "old_cents": 0, "new_cents": cents, "difference_cents": cents, "cause": cause, "accepted_reason": reason}
        for month, case, cents, cause, reason in rows
    ]  # fmt: skip
    return CORRECTIONS.validate(pl.DataFrame(records, schema=frame_schema(CORRECTIONS)))


def test_what_the_county_accepted_and_what_stays_closed_is_told_with_reason_and_sum() -> None:
    """D-001 by law and programme (7.00 and −2.00), D-002 by law (3.00): two positions, 8.00; a Korrektur needs no reason."""
    settled = differences(
        ("2024-12", "D-001", 7_00, "law", "Vermerk 7"),
        ("2024-12", "D-001", -2_00, "programme", "Vermerk 7"),
        ("2024-12", "D-002", 3_00, "law", "Vermerk 7"),
        ("2024-12", "D-003", 99_00, "correction", None),
    )
    shut = differences(("2023-12", "D-001", -4_50, "correction", None))
    month = run(("05358008", "2025-01", "D-001", "premium", 500_00))
    lines = told(replace(month, corrections=settled, closed_differences=shut))
    assert lines[2:4] == [
        "  Angenommene Differenzen freigegebener Monate (Rechtsänderung, Geänderte Programmdatei): 2 Positionen, zusammen 8,00 €. Grund: Vermerk 7",
        "  Differenzen abgeschlossener Monate, nicht abgerechnet: 1 Position, zusammen -4,50 € (Finanzübersicht, Blatt „Abgeschlossen“).",
    ]


def test_a_storno_is_told_by_its_number_and_in_a_draft_without() -> None:
    """700.00 and 100.00 of VP-2024-0003 are taken back."""
    rows = [
        ("VP-2024-0003", "Anschrift", "05358008", "premium", "2024-11", -700_00),
        ("VP-2024-0003", "Anschrift", "05358008", "premium", "2024-12", -100_00),
    ]
    month = run(("05358008", "2025-01", "D-001", "premium", 500_00))
    final, sums = [
        line for line in told(month, taken_back=reversals(*(("VP-2025-0001", *row) for row in rows))) if "Storn" in line
    ]
    # the booking list comes to 500.00 − 800.00
    assert " über zusammen 500,00 € · 1 Storno über zusammen -800,00 € · zu buchen: -300,00 €" in sums
    assert final == "  Storniert: VP-2024-0003 an Düren, Stadt (05358008) über 800,00 € (Storno VP-2025-0001)."
    draft, _ = [line for line in told(month, taken_back=reversals(*((None, *row) for row in rows))) if "Storn" in line]
    credit = reversals(("VP-2025-0001", "VP-2024-0005", "Anschrift", "05358008", "premium", "2024-12", 80_00))
    assert (
        "  Storniert: Gutschrift VP-2024-0005 an Düren, Stadt (05358008) über 80,00 € (Storno VP-2025-0001)."
        in told(month, taken_back=credit)
    )
    assert draft.endswith("über 800,00 € (der Storno erhält seine Nummer mit der Freigabe).")


def test_an_approval_ends_with_who_gets_which_file(tmp_path: Path) -> None:
    for name in ("Buchungen-2025-01.csv", "Zahlungen-2025-01.xml"):
        (tmp_path / name).touch()
    assert handing_over(tmp_path) == (
        "Weiter: Abrechnungen und E-Rechnungen (Ordner „Kommunen“) den Kommunen senden; Buchungen-2025-01.csv der Kasse geben; "
        "Zahlungen-2025-01.xml im Bankprogramm einlesen und dort freigeben."
    )
    (tmp_path / "Zahlungen-2025-01.xml").unlink()
    (tmp_path / "Korrekturen").mkdir()
    assert handing_over(tmp_path).endswith("der Kasse geben; Korrekturmappen (Ordner „Korrekturen“) zurücksenden.")


def test_a_held_back_file_that_does_not_tell_its_month_is_no_missing_return() -> None:
    """Düren's lay in January's folder without a readable month, Jülich's is for December: only Jülich's January is missing."""
    sent = [
        {"ags": "05358008", "month": None, "state": "held_back", "file": "a.xlsx"},
        {"ags": "05358024", "month": "2024-12", "state": "accepted", "file": "b.xlsx"},
    ]
    states = return_states(pl.DataFrame(sent, schema=frame_schema(RECEIVED)), "2025-01", ["05358008", "05358024"], ())
    assert states == {"05358008": ReturnState.HELD_BACK, "05358024": ReturnState.MISSING}


def test_every_act_is_told_of_a_command_that_did_not_come_to_its_end() -> None:
    """The journal's own beginning is no command's."""
    assert set(_BROUGHT) == set(Act) - {Act.BEGUN}
