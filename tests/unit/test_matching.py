"""What a movement is for: every case worked out by hand over a few open documents."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.compute.matching import Matching
from schemas.movements import Match, Movement, Why
from schemas.offsets import Offset, OffsetBooks
from schemas.open_items import Claim, PaymentBooks
from schemas.programme.file import load_programme
from schemas.programme.programme import Programme

PROGRAMME = load_programme(Path("inputs/mittelsachsen"))
FREIBERG, FLOEHA, WALDHEIM = "14522180", "14522140", "14522570"
IBANS = {FREIBERG: "DE92999999990014522180", FLOEHA: "DE08999999990014522140", WALDHEIM: "DE38999999990014522570"}
DUE = date(2025, 3, 17)


def claim(running: int, ags: str, cents: int, reversal: str | None = None) -> Claim:
    day = date(2025, 2, 15)
    return Claim(f"AGH-2025-{running:04d}", ags, "2025-01", day, DUE, cents, reversal, day if reversal else None)


CLAIMS = (
    claim(6, FREIBERG, 53_00),
    claim(16, FREIBERG, 85_40),
    claim(17, FLOEHA, 44_80),
    claim(18, WALDHEIM, 31_80),
    claim(19, WALDHEIM, 31_80),
    claim(20, FREIBERG, -77_00),
    claim(21, FLOEHA, 20_00, reversal="AGH-2025-0046"),
)


def movement(cents: int, text: str = "", iban: str | None = None, name: str = "", reference: str = "") -> Movement:
    return Movement("Buchung 1", "key", date(2025, 3, 3), cents, name, iban, text, reference, returned=False)


def matched(*movements: Movement, programme: Programme = PROGRAMME) -> Match:
    """What becomes of the last one, after those before it."""
    matching = Matching(programme, PaymentBooks(CLAIMS, (), None))
    return [matching.match(each) for each in movements][-1]


def shares(found: Match) -> dict[str | None, int]:
    return {share.number and share.number[-4:]: share.amount_cents for share in found.shares}


def test_what_a_set_off_leaves_is_what_money_is_known_by() -> None:
    """Of 53.00, 30.00 are set off against the credit of 77.00: 23.00 from Freiberg's account are its rest."""
    offsets = OffsetBooks(offsets=(Offset(FREIBERG, "AGH-2025-0006", "AGH-2025-0020", 30_00, DUE, "2025-02"),))
    matching = Matching(PROGRAMME, PaymentBooks(CLAIMS, (), None, offsets))
    found = matching.match(movement(23_00, iban=IBANS[FREIBERG]))
    assert (found.why, shares(found)) == (Why.ACCOUNT, {"0006": 23_00})
    back = matching.match(movement(-53_00, "AGH-2025-0006"))
    assert "für die nicht so viel gezahlt ist (23,00 €)" in back.doubt  # no bank returns what was set off


def test_what_was_set_off_of_a_reversed_credit_comes_back_like_what_was_paid_out() -> None:
    reversed_credit = (*CLAIMS[:5], claim(20, FREIBERG, -77_00, reversal="AGH-2025-0047"))
    offsets = OffsetBooks(offsets=(Offset(FREIBERG, "AGH-2025-0006", "AGH-2025-0020", 30_00, DUE, "2025-02"),))
    matching = Matching(PROGRAMME, PaymentBooks(reversed_credit, (), None, offsets))
    found = matching.match(movement(30_00, "AGH-2025-0047"))
    assert (found.why, shares(found)) == (Why.NUMBER, {"0020": 30_00})
    assert matching.match(movement(1_00, "AGH-2025-0047")).why is None


@pytest.mark.parametrize(
    "text",
    [
        "AGH-2025-0006", "agh-2025-0006", "AGH 2025 0006", "AGH20250006", "AGH/2025/0006", "Rechnung AGH-2025-0006 7522180",
        "AGH-20 25-0006", "AGH-2025-00 06", "A GH-2025-0006", "AGH-2025-0006,AGH-2025-9999", "RE.AGH-2025-0006.",
    ],
)  # fmt: skip
def test_a_number_is_found_however_a_bank_breaks_it(text: str) -> None:
    found = matched(movement(53_00, text))
    assert (found.why, shares(found)) == (Why.NUMBER, {"0006": 53_00})


@pytest.mark.parametrize(
    "text",
    ["AGH-2025-00061", "AGH-2024-0006", "XAGH-2025-0006", "AGH-2025-006", "VP-2025-0006", "AGH-2025", "2025-0006"],
)
def test_another_number_is_not_that_one(text: str) -> None:
    assert matched(movement(53_00, text)).why is None


def test_one_transfer_for_several_documents() -> None:
    assert shares(matched(movement(138_40, "AGH-2025-0016 und AGH-2025-0006"))) == {"0006": 53_00, "0016": 85_40}


def test_too_little_for_several_fills_them_in_the_order_of_their_numbers() -> None:
    assert shares(matched(movement(60_00, "AGH-2025-0016 AGH-2025-0006"))) == {"0006": 53_00, "0016": 7_00}


def test_too_much_is_the_last_documents() -> None:
    assert shares(matched(movement(140_00, "AGH-2025-0006 AGH-2025-0016"))) == {"0006": 53_00, "0016": 87_00}
    assert shares(matched(movement(60_00, "AGH-2025-0006"))) == {"0006": 60_00}


def test_parts_and_the_same_again() -> None:
    part = movement(20_00, "AGH-2025-0006")
    rest = movement(53_00, "AGH-2025-0006 AGH-2025-0016")  # 33.00 are open of the first
    assert shares(matched(part, rest)) == {"0006": 33_00, "0016": 20_00}
    whole = movement(53_00, "AGH-2025-0006")
    assert shares(matched(whole, whole)) == {"0006": 53_00}  # paid twice: overpaid, and seen there


def test_invoice_less_credit_note_in_one_transfer() -> None:
    """85.40 − 77.00 = 8.40, and nothing else."""
    named = "AGH-2025-0016 abzgl. AGH-2025-0020"
    assert shares(matched(movement(8_40, named))) == {"0016": 85_40, "0020": -77_00}
    assert "Rechnungen und Gutschriften" in matched(movement(9_40, named)).doubt


def test_a_payout_and_its_return() -> None:
    out = movement(-77_00, "AGH-2025-0020 7522180", IBANS[FREIBERG], reference="AGH-2025-0020")
    assert shares(matched(out)) == {"0020": -77_00}
    assert shares(matched(out, movement(77_00, "AGH-2025-0020"))) == {"0020": 77_00}
    assert "so viel gezahlt" in matched(movement(77_00, "AGH-2025-0020")).doubt


def test_a_returned_payment() -> None:
    paid = movement(53_00, "AGH-2025-0006")
    assert shares(matched(paid, movement(-53_00, "AGH-2025-0006"))) == {"0006": -53_00}
    assert "so viel gezahlt ist (53,00 €)" in matched(paid, movement(-54_00, "AGH-2025-0006")).doubt
    by_reference = movement(53_00, "AGH-2025-0006", reference="E2E-1")
    back = movement(-53_00, "RUECKLASTSCHRIFT", reference="E2E-1")
    found = matched(by_reference, back)
    assert (found.why, shares(found)) == (Why.RETURNED, {"0006": -53_00})
    assert matched(by_reference, replace(back, amount_cents=-52_00)).why is None


def test_what_pays_a_document_that_was_taken_back_is_owed_again() -> None:
    for text in ("AGH-2025-0021", "AGH-2025-0046"):  # itself, and its Storno
        assert shares(matched(movement(20_00, text))) == {"0021": 20_00}


def test_personenkonto_or_account_and_the_amount_of_one_document() -> None:
    found = matched(movement(44_80, "Debitor 7522140"))
    assert (found.why, shares(found)) == (Why.DEBTOR, {"0017": 44_80})
    found = matched(movement(44_80, "Abrechnung", IBANS[FLOEHA]))
    assert (found.why, shares(found)) == (Why.ACCOUNT, {"0017": 44_80})
    assert shares(matched(movement(138_40, "Januar", IBANS[FREIBERG]))) == {"0006": 53_00, "0016": 85_40}  # all it owes
    assert shares(matched(movement(61_40, "Januar", IBANS[FREIBERG]))) == {"0006": 53_00, "0016": 85_40, "0020": -77_00}


def test_no_guess_between_documents_alike() -> None:
    """Waldheim owes 31.80 twice."""
    found = matched(movement(31_80, "Abrechnung", IBANS[WALDHEIM]))
    assert found.why is None
    assert [candidate.number for candidate in found.candidates[:2]] == ["AGH-2025-0018", "AGH-2025-0019"]
    assert found.candidates[0].hints == ("Konto oder Personenkonto", "Betrag")


def test_amount_alone_is_no_answer() -> None:
    found = matched(movement(44_80, "Miete", name="Max Muster"))
    assert found.why is None
    assert (found.candidates[0].number, found.candidates[0].hints) == ("AGH-2025-0017", ("Betrag",))


def test_what_contradicts_itself_is_unclear() -> None:
    assert "gehören zu Flöha, Stadt (14522140)" in matched(movement(53_00, "AGH-2025-0006", IBANS[FLOEHA])).doubt
    assert "verschiedenen Kommunen" in matched(movement(53_00, "7522140", IBANS[FREIBERG])).doubt


def test_a_successor_pays_its_predecessors_documents() -> None:
    """Waldheim merged into Flöha with the end of 2024: it received and pays what January settled for Waldheim."""
    members = tuple(
        each.model_copy(update={"until": "2024-12", "successor": FLOEHA}) if each.ags == WALDHEIM else each
        for each in PROGRAMME.municipality
    )
    merged = PROGRAMME.model_copy(update={"municipality": members})
    merged.__dict__.pop("members", None)
    assert shares(matched(movement(31_80, "AGH-2025-0018", IBANS[FLOEHA]), programme=merged)) == {"0018": 31_80}
    assert shares(matched(movement(31_80, "AGH-2025-0018", IBANS[WALDHEIM]), programme=merged)) == {"0018": 31_80}


def test_the_carriers_payment_is_none_of_a_municipality() -> None:
    dueren = load_programme(Path("inputs/dueren"))
    assert dueren.carrier is not None
    reference = f"{dueren.accounting.number_prefix}-2016-05"
    paid = movement(-250_49, "VP Abrechnung", dueren.carrier.iban, reference=reference)
    found = matched(paid, programme=dueren)
    assert found.why is Why.CARRIER
    assert [(share.ags, share.number, share.amount_cents) for share in found.shares] == [(None, reference, -250_49)]
    assert matched(replace(paid, iban=IBANS[FLOEHA]), programme=dueren).why is None


def test_the_carriers_account_and_the_months_purpose_are_enough() -> None:
    """A cash office's list tells no reference; the purpose is the payment file's own, as a bank broke it."""
    dueren = load_programme(Path("inputs/dueren"))
    assert dueren.carrier is not None
    prefix = dueren.accounting.number_prefix
    told = f"{prefix} Abrechnung Mae rz 2016, Vermittlung in Arbeit"
    found = matched(movement(-250_49, told, dueren.carrier.iban), programme=dueren)
    assert (found.why, [share.number for share in found.shares]) == (Why.CARRIER, [f"{prefix}-2016-03"])
    for text in ("Abschlag", f"{prefix} Abrechnung März 2016 und {prefix} Abrechnung April 2016"):
        doubtful = matched(movement(-250_49, text, dueren.carrier.iban), programme=dueren)
        assert (doubtful.why, doubtful.candidates) == (None, ())
        assert doubtful.doubt.startswith("Das Konto ist das des Trägers")
    assert matched(movement(-250_49, told), programme=dueren).why is None  # from an account that nobody tells
