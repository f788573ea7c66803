"""The payments of a month: valid by the official schema, exact cents, nothing random in it, nothing cut."""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from flows.compute.finance import finance
from flows.emit.cash.paying import payments
from flows.emit.cash.payments import write_payments
from schemas.bank_text import bank_text
from schemas.documents import DOCUMENTS
from schemas.finance import CameIn, Finance
from schemas.offsets import OwnOffsets, RunOffsets, TakenBack, UsedCredit
from schemas.payments import Came, Payment, Way
from schemas.results import frame_schema
from tests.broken.programmes import COMPLETE, WITH_ALLOWANCE, loaded
from tests.golden.books import books, postings, reversals, taken_in

DUEREN, JUELICH = "05358008", "05358024"
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
ON, DUE = date(2016, 6, 15), date(2016, 7, 15)  # 30 days later
IBANS = {DUEREN: "DE92999999990005358008", JUELICH: "DE48999999990005358024"}
WITH_IBANS = COMPLETE.replace(
    'email = "asyl@dueren.example"', f'email = "asyl@dueren.example"\niban = "{IBANS[DUEREN]}"'
).replace('email = "asyl@juelich.example"', f'email = "asyl@juelich.example"\niban = "{IBANS[JUELICH]}"')


def owed(cents: int, programme: str = COMPLETE, taken_back: pl.DataFrame | None = None) -> Finance:
    back = reversals() if taken_back is None else taken_back
    posted = postings(("2016-05", DUEREN, "premium", "2016-05", cents, 1)) if cents else postings()
    return finance(books(("2016-05",), posted, taken_in(), reversals=back), loaded(programme), ON)


def documents(*rows: tuple[str, str, str | None, int], draft: bool = False) -> pl.DataFrame:
    """AGS, kind, number, cents."""
    dated = {"document_date": None if draft else ON, "due_date": None if draft else DUE}
    records = [dict(zip(("ags", "kind", "number", "total_cents"), row, strict=True)) | dated for row in rows]
    return DOCUMENTS.validate(pl.DataFrame(records, schema=frame_schema(DOCUMENTS)))


def paid(
    cents: int = 1_110_40,
    programme: str = COMPLETE,
    of: pl.DataFrame | None = None,
    taken_back: pl.DataFrame | None = None,
) -> list[Payment]:
    own = documents() if of is None else of
    return payments(own, loaded(programme), owed(cents, programme, taken_back), "2016-05")


def written(tmp_path: Path, cents: int = 1_110_40, programme: str = COMPLETE, of: pl.DataFrame | None = None) -> bytes:
    into_the_file = [each for each in paid(cents, programme, of) if each.way is Way.FILE]
    write_payments(tmp_path / "z.xml", loaded(programme), into_the_file, "2016-05", ON)
    return (tmp_path / "z.xml").read_bytes()


def check_schema(content: bytes) -> None:
    with (files("sepaxml") / "schemas/pain.001.001.09.xsd").open("rb") as file:
        etree.XMLSchema(etree.parse(file)).assertValid(etree.fromstring(content))


def found(content: bytes, path: str) -> list[str]:
    return [element.text for element in etree.fromstring(content).iterfind(path, SPACE)]


def test_the_official_schema_holds(tmp_path: Path) -> None:
    check_schema(written(tmp_path))


def test_who_pays_what_to_whom_and_when(tmp_path: Path) -> None:
    content = written(tmp_path)
    assert found(content, ".//p:InstdAmt") == ["1110.40"]
    assert found(content, ".//p:CtrlSum") == ["1110.40", "1110.40"]
    assert found(content, ".//p:NbOfTxs") == ["1", "1"]
    assert found(content, ".//p:DbtrAcct//p:IBAN") == ["DE17999999990005358000"]
    assert found(content, ".//p:CdtrAcct//p:IBAN") == ["DE10999999990005358999"]
    assert found(content, ".//p:Dbtr/p:Nm") == ["Kreis Dueren"]
    assert found(content, ".//p:Cdtr/p:Nm") == ["low-tec gGmbH"]
    assert found(content, ".//p:ReqdExctnDt/p:Dt") == ["2016-07-15"]  # 30 days after 15 June
    assert found(content, ".//p:Ustrd") == ["VP Abrechnung Mai 2016, Arbeit fuer Gefluechtete"]
    assert found(content, ".//p:EndToEndId") == ["VP-2016-05"]
    assert found(content, ".//p:DbtrAgt//p:Id") == ["NOTPROVIDED"]


def test_nothing_comes_from_clock_or_chance(tmp_path: Path) -> None:
    content = written(tmp_path)
    assert content == written(tmp_path)
    assert found(content, ".//p:CreDtTm") == ["2016-06-15T00:00:00"]
    (message,) = found(content, ".//p:MsgId")
    assert found(content, ".//p:PmtInfId") == [f"{message}-1"]
    assert message.startswith("VP-2016-05-")
    assert len(f"{message}-1") <= 35


def test_another_amount_is_another_message(tmp_path: Path) -> None:
    assert found(written(tmp_path), ".//p:MsgId") != found(written(tmp_path, 1_110_41), ".//p:MsgId")


@pytest.mark.parametrize(("cents", "amount"), [(1, "0.01"), (9, "0.09"), (10, "0.10"), (99_999_999_99, None)])
def test_every_cent_is_exact(tmp_path: Path, cents: int, amount: str | None) -> None:
    assert found(written(tmp_path, cents), ".//p:InstdAmt") == [amount or "99999999.99"]


def test_carrier_and_municipalities_are_paid_with_one_message(tmp_path: Path) -> None:
    """1,110.40 to the carrier, credits of 20.00 and 5.05: 1,135.45 in three payments of one day; invoices are no payments."""
    of = documents((JUELICH, "credit_note", "VP-2016-0002", -5_05), (DUEREN, "credit_note", "VP-2016-0001", -20_00))
    content = written(tmp_path, programme=WITH_IBANS, of=of)
    check_schema(content)
    assert found(content, ".//p:PmtInf/p:ReqdExctnDt/p:Dt") == ["2016-07-15"]
    assert found(content, ".//p:CtrlSum") == ["1135.45", "1135.45"]
    assert found(content, ".//p:NbOfTxs") == ["3", "3"]
    assert found(content, ".//p:BtchBookg") == ["false"]
    assert found(content, ".//p:InstdAmt") == ["1110.40", "20.00", "5.05"]
    assert found(content, ".//p:CdtrAcct//p:IBAN") == ["DE10999999990005358999", IBANS[DUEREN], IBANS[JUELICH]]
    assert found(content, ".//p:Cdtr/p:Nm") == ["low-tec gGmbH", "Dueren, Stadt", "Juelich, Stadt"]
    assert found(content, ".//p:EndToEndId") == ["VP-2016-05", "VP-2016-0001", "VP-2016-0002"]
    assert found(content, ".//p:Ustrd")[1:] == ["VP-2016-0001 7358008", "VP-2016-0002 7358024"]


def test_each_day_of_execution_is_a_batch_of_its_own(tmp_path: Path) -> None:
    """Two on 15 July (1,110.40 + 20.00), one on 18 July (5.05)."""
    of = documents((DUEREN, "credit_note", "VP-2016-0001", -20_00), (JUELICH, "credit_note", "VP-2016-0002", -5_05))
    first, second, third = paid(programme=WITH_IBANS, of=of)
    later = replace(third, day=date(2016, 7, 18))
    write_payments(tmp_path / "z.xml", loaded(WITH_IBANS), [later, first, second], "2016-05", ON)
    content = (tmp_path / "z.xml").read_bytes()
    check_schema(content)
    assert found(content, ".//p:PmtInf/p:ReqdExctnDt/p:Dt") == ["2016-07-15", "2016-07-18"]
    assert found(content, ".//p:PmtInf/p:CtrlSum") == ["1130.40", "5.05"]
    assert found(content, ".//p:PmtInf/p:NbOfTxs") == ["2", "1"]
    assert found(content, ".//p:GrpHdr/p:CtrlSum") == ["1135.45"]
    (message,) = found(content, ".//p:MsgId")
    assert found(content, ".//p:PmtInfId") == [f"{message}-1", f"{message}-2"]


def test_a_credit_without_account_is_told_and_not_in_the_file() -> None:
    of = documents((DUEREN, "credit_note", "VP-2016-0001", -20_00), (JUELICH, "invoice", "VP-2016-0002", 5_05))
    (credit,) = paid(0, WITH_ALLOWANCE, of)
    assert (credit.way, credit.iban, credit.amount_cents, credit.day) == (Way.NO_ACCOUNT, None, 20_00, DUE)


def test_a_reversal_is_paid_only_where_the_reversed_document_was() -> None:
    """Stornos of an invoice of 80.00 + 20.00 and of a credit of 5.05: 100.00 may have to go back, 5.05 is asked back."""
    back = reversals(
        ("VP-2016-0003", "VP-2016-0001", "falsch", DUEREN, "premium", "2016-04", -80_00),
        ("VP-2016-0003", "VP-2016-0001", "falsch", DUEREN, "allowance", "2016-04", -20_00),
        ("VP-2016-0004", "VP-2016-0002", "falsch", JUELICH, "premium", "2016-04", 5_05),
    )
    (reversal,) = paid(0, WITH_IBANS, taken_back=back)
    assert (reversal.way, reversal.cancelled, reversal.amount_cents) == (Way.IF_PAID, "VP-2016-0001", 100_00)
    assert reversal.purpose == "VP-2016-0003 7358008"


def test_a_credit_that_waits_is_paid_to_nobody_and_one_that_no_invoice_follows_is() -> None:
    """Düren's 20.00 wait; of Jülich's 30.00 an earlier month left 12.00, and Jülich leaves."""
    of = documents((DUEREN, "credit_note", "VP-2016-0009", -20_00))
    left = OwnOffsets(JUELICH, paid_out=(UsedCredit("VP-2016-0002", ON, 12_00),))
    offsets = RunOffsets({DUEREN: OwnOffsets(DUEREN, waiting_cents=20_00), JUELICH: left})
    (payment,) = payments(of, loaded(WITH_IBANS), owed(0, WITH_IBANS), "2016-05", offsets)
    assert (payment.document, payment.amount_cents, payment.day, payment.way) == ("VP-2016-0002", 12_00, DUE, Way.FILE)
    assert payment.purpose == "VP-2016-0002 7358024"


def test_what_came_for_a_reversed_credit_is_not_given_back_with_it() -> None:
    """20.00 that its Storno asks for, and that came before, are what is owed: nothing goes out."""
    back = reversals(("VP-2016-0003", "VP-2016-0001", "falsch", DUEREN, "premium", "2016-04", 20_00))
    known = replace(owed(0, WITH_IBANS, back), came=CameIn({"VP-2016-0001": 20_00}, date(2016, 6, 10)))
    offsets = RunOffsets(taken_back={"VP-2016-0001": TakenBack(settled_cents=20_00)})
    assert payments(documents(), loaded(WITH_IBANS), known, "2016-05", offsets) == []


@pytest.mark.parametrize(("came", "paid_back"), [({}, 0), ({"VP-2016-0001": 60_00}, 60_00), ({"VP-2016-0001": -5}, 0)])
def test_of_a_reversal_it_is_known_what_came(came: dict[str, int], paid_back: int) -> None:
    """A Storno of 100.00, of which 40.00 were set off: 60.00 can have come, where movements were taken in at all."""
    back = reversals(("VP-2016-0003", "VP-2016-0001", "falsch", DUEREN, "premium", "2016-04", -100_00))
    offsets = RunOffsets(taken_back={"VP-2016-0001": TakenBack((UsedCredit("VP-2016-0000", ON, 40_00),))})
    known = replace(owed(0, WITH_IBANS, back), came=CameIn(came, date(2016, 6, 10)))
    (payment,) = payments(documents(), loaded(WITH_IBANS), known, "2016-05", offsets)
    assert (payment.way, payment.amount_cents) == (Way.KNOWN, paid_back)
    assert payment.came == Came(paid_back, 60_00, date(2016, 6, 10))
    (unknown,) = payments(documents(), loaded(WITH_IBANS), owed(0, WITH_IBANS, back), "2016-05", offsets)
    assert (unknown.way, unknown.amount_cents, unknown.came) == (Way.IF_PAID, 60_00, None)


def test_the_account_holder_is_named_where_it_is_another(tmp_path: Path) -> None:
    other = WITH_IBANS.replace(
        'name = "low-tec gGmbH"', 'name = "low-tec"\naccount_holder = "low-tec & Partner gGmbH"'
    ).replace(f'iban = "{IBANS[DUEREN]}"', f'account_holder = "Stadtkasse Düren"\niban = "{IBANS[DUEREN]}"')
    other = other.replace("[accounting]", '[accounting]\ncounty_account_holder = "Kreiskasse Düren"')
    content = written(tmp_path, programme=other, of=documents((DUEREN, "credit_note", "VP-2016-0001", -20_00)))
    assert found(content, ".//p:Cdtr/p:Nm") == ["low-tec + Partner gGmbH", "Stadtkasse Dueren"]
    assert found(content, ".//p:Dbtr/p:Nm") == ["Kreiskasse Dueren"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Träger „Brücke“ & Söhne", "Traeger 'Bruecke' + Soehne"),
        ("Café Łódź – Straße 1/2; Haus [B]", "Cafe Lodz - Strasse 1/2, Haus (B)"),
        ("Du\u0308ren", "Dueren"),  # the u and its two dots as two characters
    ],
)
def test_nothing_is_dropped_from_a_name(text: str, expected: str) -> None:
    assert bank_text(text) == expected


def test_a_name_that_no_bank_takes_is_named() -> None:
    with pytest.raises(ValueError, match="„Д“, „е“ und „н“"):
        bank_text("Ден")


def test_a_long_title_is_told_by_the_programmes_key(tmp_path: Path) -> None:
    """„VP Abrechnung Mai 2016, “ has 24 characters: a title of 116 fits in 140, one of 117 does not."""
    for length, told in ((116, "x" * 116), (117, "probe")):
        programme = COMPLETE.replace("Arbeit für Geflüchtete", "x" * length)
        assert found(written(tmp_path, programme=programme), ".//p:Ustrd") == [f"VP Abrechnung Mai 2016, {told}"]


def test_nothing_to_pay_is_never_a_file(tmp_path: Path) -> None:
    assert paid(-1) == []
    assert paid(500_00, WITH_ALLOWANCE) == []  # no carrier
    with pytest.raises(ValueError, match="nothing to pay"):
        write_payments(tmp_path / "z.xml", loaded(COMPLETE), [], "2016-05", ON)
    assert not (tmp_path / "z.xml").exists()
