"""W02 and W03: what only the calculation can find odd, put at the cell of the return it came from."""

import pytest

from flows.compute.law import load_law
from flows.compute.rules.plausibility import doubts
from flows.compute.rules.settlement import compute
from flows.ingest.checks.plausibility import with_doubts
from tests.broken.defects import NO_ROWS
from tests.broken.forms import (
    AT_WORK,
    EMPLOYED,
    LAW_FOLDER,
    PLACEMENT,
    Form,
    Found,
    form,
    found,
    messages,
    missing_words,
    taken_in,
)
from tests.broken.programmes import loaded

PAID = "Gezahlte Leistung (EUR)"


def judged(sent: Form) -> tuple[list[Found], str]:
    """Findings and sentences of a return after the calculation of its month."""
    programme, law = loaded(), load_law(LAW_FOLDER)
    intake = taken_in(sent)
    _, cases = compute(intake.rows, programme, law, "2016-09")
    intake = with_doubts(intake, doubts(intake.rows["benefits"], cases, programme, law), programme)
    assert not intake.held_back
    return found(intake), messages(intake, "W02") + messages(intake, "W03")


@pytest.mark.parametrize(("paid_cents", "codes"), [(354_00, []), (354_01, ["W02"])])
def test_more_than_the_need_is_w02(paid_cents: int, codes: list[str]) -> None:
    """Stage 1 in 2016, no accommodation: need 354.00."""
    findings, sentences = judged(form(NO_ROWS | {"benefits": (AT_WORK | {"paid_cents": paid_cents},)}))
    assert findings == [Found(code, "warning", "Leistungen", "H5", PAID) for code in codes]
    if codes:
        assert not missing_words(sentences, ["354,01 €", "354,00 €", "Bedarfsstufe"]), sentences


def test_a_saving_that_differs_by_more_than_the_tolerance_is_w03() -> None:
    """Need 354.00 + 200.00, covered by the counted wage; 300.00 paid: saved 254.00 reported, 554.00 by statute."""
    findings, sentences = judged(
        form(NO_ROWS | {"benefits": (EMPLOYED | {"paid_cents": 300_00},), "placements": (PLACEMENT,)})
    )
    assert findings == [Found(code, "warning", "Leistungen", "H5", PAID) for code in ("W02", "W03")]
    assert not missing_words(sentences, ["weichen um", "gezahlte Leistung und Löhne prüfen"]), sentences
