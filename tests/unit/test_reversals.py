"""What a municipality reads of a document that is taken back."""

from dataclasses import replace
from datetime import date

import pytest

from flows.emit.wording.reversals import concerned, reversal_cause, reversal_sentences
from schemas.documents import Reversal

PARTS = frozenset({("allowance", "2025-02")})
REVERSAL = Reversal("AGH-2025-0058", "AGH-2025-0040", date(2025, 4, 15), "Falsche Anschrift", 85_00, PARTS)


@pytest.mark.parametrize(
    ("reversal", "anew", "told"),
    [
        (REVERSAL, False, "Unsere Rechnung AGH-2025-0040 vom 15.04.2025 über 85,00 € haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Davon ist nichts neu abzurechnen. Haben Sie sie schon bezahlt, erhalten Sie den Betrag zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."),
        (replace(REVERSAL, number=None), True, "Unsere Rechnung AGH-2025-0040 vom 15.04.2025 über 85,00 € nehmen wir mit der Freigabe in voller Höhe zurück (Storno). Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten. Haben Sie sie schon bezahlt, erhalten Sie den Betrag zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."),
        (replace(REVERSAL, charged_cents=-85_00), True, "Unsere Gutschrift AGH-2025-0040 vom 15.04.2025 über 85,00 € haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten. Haben Sie das Guthaben schon erhalten, zahlen Sie es bitte mit dem Storno zurück; sonst entfällt es."),
        (replace(REVERSAL, charged_cents=0), True, "Unsere Abrechnung AGH-2025-0040 vom 15.04.2025 ohne Zahlbetrag haben wir mit dem Storno AGH-2025-0058 in voller Höhe zurückgenommen. Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten."),
    ],
    ids=["nothing anew", "draft", "credit note", "without an amount"],
)  # fmt: skip
def test_the_letter_s_paragraph(reversal: Reversal, anew: bool, told: str) -> None:
    assert " ".join(reversal_sentences(reversal, anew)) == told


def test_a_position_names_every_document_that_charged_it() -> None:
    other = replace(REVERSAL, number="AGH-2025-0059", cancelled="AGH-2025-0044", reason="Dubletten.")
    elsewhere = replace(REVERSAL, cancelled="AGH-2025-0050", parts=frozenset({("expense", "2025-02")}))
    found = concerned((REVERSAL, elsewhere, other), "allowance", "2025-02")
    assert found == [REVERSAL, other]
    assert reversal_cause(found) == (
        "Die Rechnung AGH-2025-0040 wurde storniert (Storno AGH-2025-0058; Grund: Falsche Anschrift). "
        "Die Rechnung AGH-2025-0044 wurde storniert (Storno AGH-2025-0059; Grund: Dubletten). Die Position wird neu abgerechnet."
    )
