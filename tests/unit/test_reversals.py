"""What a municipality reads of a document that is taken back."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from openpyxl import load_workbook

from flows.emit.statement.workbook import write_statement
from flows.emit.wording.reversals import concerned, reversal_cause, reversal_sentences
from schemas.documents import DocumentKind, ReturnState, Reversal, Statement
from schemas.offsets import TakenBack, UsedCredit
from schemas.payments import Came
from tests.golden import samples

PARTS = frozenset({("allowance", "2025-02")})
DUE = date(2025, 6, 14)
KNOWN = date(2025, 5, 20)  # the day of the newest movement
REVERSAL = Reversal("AGH-2025-0058", "AGH-2025-0040", date(2025, 4, 15), "Falsche Anschrift", 85_00, PARTS)
# A credit of 85.00 and more had covered it.
COVERED = replace(REVERSAL, back=TakenBack(opened=(UsedCredit("AGH-2025-0011", date(2025, 2, 17), 85_00),)))
TAKEN_BACK = "Unsere Rechnung AGH-2025-0040 vom 15.04.2025 über 85,00 € haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Davon ist nichts neu abzurechnen."
SET_OFF = "Damit war verrechnet: Gutschrift AGH-2025-0011 vom 17.02.2025 mit 85,00 €. Diese Verrechnung ist aufgehoben;"


@pytest.mark.parametrize(
    ("reversal", "anew", "told"),
    [
        (REVERSAL, False, "Unsere Rechnung AGH-2025-0040 vom 15.04.2025 über 85,00 € haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Davon ist nichts neu abzurechnen. Haben Sie sie schon bezahlt, erhalten Sie den Betrag bis zum 14.06.2025 zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."),
        (replace(REVERSAL, number=None), True, "Unsere Rechnung AGH-2025-0040 vom 15.04.2025 über 85,00 € nehmen wir mit der Freigabe in voller Höhe zurück (Storno). Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten. Haben Sie sie schon bezahlt, erhalten Sie den Betrag zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."),
        (replace(REVERSAL, came=Came(85_00, 85_00, KNOWN)), False, f"{TAKEN_BACK} Auf die Rechnung AGH-2025-0040 sind bis zum 20.05.2025 85,00 € eingegangen; diesen Betrag erhalten Sie bis zum 14.06.2025 zurück, und ebenso, was Sie seither noch gezahlt haben."),
        (replace(REVERSAL, came=Came(60_00, 85_00, KNOWN)), False, f"{TAKEN_BACK} Auf die Rechnung AGH-2025-0040 sind bis zum 20.05.2025 60,00 € von 85,00 € eingegangen; diesen Betrag erhalten Sie bis zum 14.06.2025 zurück, und ebenso, was Sie seither noch gezahlt haben."),
        (replace(REVERSAL, came=Came(0, 85_00, KNOWN)), False, f"{TAKEN_BACK} Auf die Rechnung AGH-2025-0040 ist bis zum 20.05.2025 nichts eingegangen: Bitte zahlen Sie sie nicht mehr. Haben Sie sie inzwischen bezahlt, erhalten Sie den Betrag bis zum 14.06.2025 zurück."),
        (COVERED, False, f"{TAKEN_BACK} {SET_OFF} das Guthaben wird mit der nächsten Rechnung verrechnet. Haben Sie trotzdem etwas auf sie gezahlt, erhalten Sie es bis zum 14.06.2025 zurück."),
        (replace(COVERED, came=Came(20_00, 0, KNOWN), back=replace(COVERED.back, set_off_again=True)), False, f"{TAKEN_BACK} {SET_OFF} das Guthaben wird mit dieser Abrechnung verrechnet. Auf die Rechnung AGH-2025-0040 sind bis zum 20.05.2025 20,00 € eingegangen; diesen Betrag erhalten Sie bis zum 14.06.2025 zurück, und ebenso, was Sie seither noch gezahlt haben."),
        (replace(COVERED, back=replace(COVERED.back, set_off_again=True, rest_waits=True)), False, f"{TAKEN_BACK} {SET_OFF} das Guthaben wird mit dieser Abrechnung verrechnet, der Rest mit der nächsten Rechnung. Haben Sie trotzdem etwas auf sie gezahlt, erhalten Sie es bis zum 14.06.2025 zurück."),
        (replace(REVERSAL, charged_cents=-85_00), True, "Unsere Gutschrift AGH-2025-0040 vom 15.04.2025 über 85,00 € haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten. Haben Sie das Guthaben schon erhalten, zahlen Sie es bitte bis zum 14.06.2025 zurück; sonst entfällt es."),
        (replace(REVERSAL, charged_cents=0), True, "Unsere Abrechnung AGH-2025-0040 vom 15.04.2025 ohne Zahlbetrag haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten."),
    ],
    ids=["nothing anew", "draft", "paid", "paid in part", "not paid", "covered", "covered and paid", "covered, set off anew in part", "credit note", "without an amount"],
)  # fmt: skip
def test_the_letter_s_paragraph(reversal: Reversal, anew: bool, told: str) -> None:
    due = DUE if reversal.number else None  # a draft has no date yet
    assert " ".join(reversal_sentences(reversal, anew, due)) == told


def test_a_position_names_every_document_that_charged_it() -> None:
    other = replace(REVERSAL, number="AGH-2025-0059", cancelled="AGH-2025-0044", reason="Dubletten.")
    elsewhere = replace(REVERSAL, cancelled="AGH-2025-0050", parts=frozenset({("expense", "2025-02")}))
    found = concerned((REVERSAL, elsewhere, other), "allowance", "2025-02")
    assert found == [REVERSAL, other]
    assert reversal_cause(found) == (
        "Die Rechnung AGH-2025-0040 wurde storniert (Storno AGH-2025-0058; Grund: Falsche Anschrift). "
        "Die Rechnung AGH-2025-0044 wurde storniert (Storno AGH-2025-0059; Grund: Dubletten). Die Position wird neu abgerechnet."
    )


def letter(statement: Statement, folder: Path) -> dict[str, object]:
    """The letter's first column with what stands at its right."""
    write_statement(folder / "s.xlsx", statement)
    rows = load_workbook(folder / "s.xlsx", data_only=True)["Anschreiben"].iter_rows(max_col=4, values_only=True)
    return {str(first): value or last for first, value, _, last in rows if first}


def reversing(statement: Statement, charged_cents: int) -> Statement:
    """Approved on 15 April 2025: due by 15 May (30 days)."""
    reversal = replace(REVERSAL, charged_cents=charged_cents)
    return replace(statement, reversals=(reversal,), document_date=date(2025, 4, 15), due_date=date(2025, 5, 15))


CREDIT = samples.statement([samples.hours("25.00", 0, posted=2000, reason=["withdrawn"])], DocumentKind.CREDIT_NOTE, -20_00)  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "charged_cents", "told", "together"),
    [
        (samples.invoice(), 85_00, "überweisen Sie den unten genannten Betrag bis zum 15.05.2025", 347.50),  # 432.50 − 85.00
        (samples.invoice(), -85_00, "überweisen Sie den unten genannten Betrag bis zum 15.05.2025", 517.50),
        (CREDIT, -85_00, "Es ergibt sich ein Guthaben zugunsten Ihrer Kommune.", 65.00),  # −20.00 + 85.00
        (samples.zero(), -85_00, "Aus dieser Abrechnung ist nichts zu zahlen und nichts zu erstatten; was aus dem Storno folgt, steht unten.", 85.00),
        (samples.nil(), -85_00, "bisher nichts abzurechnen; was aus dem Storno folgt, steht unten.", 85.00),
        (replace(samples.nil(), return_state=ReturnState.ACCEPTED), 85_00, "nichts abzurechnen; was aus dem Storno folgt, steht unten.", -85.00),
    ],
    ids=["invoice", "invoice and credit back", "credit note", "balanced", "nil", "nil with a return"],
)  # fmt: skip
def test_one_story_in_a_letter(
    statement: Statement, charged_cents: int, told: str, together: float, tmp_path: Path
) -> None:
    """What is to be paid back by the municipality is never beside a sentence that nothing is to be paid; one sum for both."""
    found = letter(reversing(statement, charged_cents), tmp_path)
    text = " ".join(found)
    assert told in text
    for contradiction in (
        "nichts zu zahlen.",
        "Sie brauchen nichts zu zahlen",
        "zu zahlen ist nichts",
        "Es ist nichts zu zahlen",
    ):
        assert contradiction not in text
    back = (
        "erhalten Sie den Betrag bis zum 15.05.2025 zurück"
        if charged_cents > 0
        else "zahlen Sie es bitte bis zum 15.05.2025 zurück"
    )
    assert back in text
    document = "Rechnung" if charged_cents > 0 else "Gutschrift"
    assert found[f"Storno AGH-2025-0058 zu {document} AGH-2025-0040"] == -charged_cents / 100
    assert found["Gesamtbetrag und Stornos zusammen"] == together


def test_lines_charged_anew_are_no_correction(tmp_path: Path) -> None:
    """25.00 h of February for 20.00, charged with the reversed document and charged anew as they were."""
    own = samples.hours("25.00", 2000, service_month="2025-02", reference="AGH-2 2025-02-03")
    key = {name: own[name] for name in ("service_month", "ags", "case_id", "kind", "reference")}
    anew = samples.corrections_frame([key | {"old_cents": 0, "new_cents": 20_00, "cause": "cancellation"}])
    statement = samples.statement([own], DocumentKind.INVOICE, 20_00, corrections=anew)
    assert "berichtigt" not in " ".join(letter(reversing(statement, 20_00), tmp_path))
    changed = anew.with_columns(cause=pl.lit("correction"))
    assert "werden dabei berichtigt" in " ".join(letter(replace(statement, corrections=changed), tmp_path))


def test_a_start_up_contribution_is_announced_once(tmp_path: Path) -> None:
    """1,500.00 of November 2015 charged anew after a Storno were announced with the first document; a rise is a difference."""
    start_up = samples.line(
        settled_in="2015-12", service_month="2015-11", ags=samples.DUEREN, case_id="", kind="start_up", reference="", provider_kind=None,
        unit="piece", rate_cents=None, cost_cents=1500_00, computed_cents=1500_00, delta_cents=1500_00, file_sha256=None, sheet=None, row=None,
    )  # fmt: skip
    whole = samples.premium_statement()
    first = replace(whole, month="2015-12", lines=samples.lines_frame([start_up]), cases=whole.cases.clear(), total_cents=1500_00, corrections=whole.corrections.clear())  # fmt: skip
    announced = "Die Abrechnung enthält die vereinbarte Anschubfinanzierung, die einmalig fällig wird."
    assert announced in letter(first, tmp_path)
    taken_back = replace(REVERSAL, charged_cents=1500_00, parts=frozenset({("start_up", "2015-11")}))
    assert announced not in letter(replace(first, reversals=(taken_back,)), tmp_path)
    raised = samples.lines_frame([start_up | {"posted_before_cents": 1200_00, "delta_cents": 300_00}])
    assert announced not in letter(replace(first, lines=raised, total_cents=300_00), tmp_path)
