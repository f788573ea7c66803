"""The transfer to the carrier: valid by the official schema, exact cents, nothing random in it."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from lxml import etree

from flows.compute.finance import finance
from flows.emit.cash.payments import write_payments
from schemas.finance import Finance
from tests.broken.programmes import COMPLETE, WITH_ALLOWANCE, loaded
from tests.golden.books import books, postings, taken_in

DUEREN = "05358008"
SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
ON = date(2016, 6, 15)


def owed(cents: int, programme: str = COMPLETE) -> Finance:
    known = books(("2016-05",), postings(("2016-05", DUEREN, "premium", "2016-05", cents, 1)), taken_in())
    return finance(known, loaded(programme), ON)


def written(tmp_path: Path, cents: int = 1_110_40, programme: str = COMPLETE) -> bytes:
    write_payments(tmp_path / "z.xml", loaded(programme), owed(cents, programme), "2016-05", ON)
    return (tmp_path / "z.xml").read_bytes()


def found(content: bytes, path: str) -> list[str]:
    return [element.text for element in etree.fromstring(content).iterfind(path, SPACE)]


def test_the_official_schema_holds(tmp_path: Path) -> None:
    with (files("sepaxml") / "schemas/pain.001.001.09.xsd").open("rb") as file:
        etree.XMLSchema(etree.parse(file)).assertValid(etree.fromstring(written(tmp_path)))


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


def test_names_of_any_kind_fit(tmp_path: Path) -> None:
    strange = COMPLETE.replace(
        '"low-tec gGmbH"',
        '"Träger <„Brücke“> & Söhne gemeinnützige Gesellschaft für Arbeit, Ausbildung und Integration mbH Łódź"',
    )
    (name,) = found(written(tmp_path, programme=strange), ".//p:Cdtr/p:Nm")
    assert name.startswith("Traeger Bruecke Soehne gemeinnuetzige")
    assert len(name) <= 70


@pytest.mark.parametrize(("cents", "programme"), [(-1, COMPLETE), (500_00, WITH_ALLOWANCE)])
def test_nothing_to_pay_is_never_a_file(tmp_path: Path, cents: int, programme: str) -> None:
    with pytest.raises(ValueError, match="nothing to pay"):
        written(tmp_path, cents, programme)
    assert not (tmp_path / "z.xml").exists()
