"""Statements of other programs are read, and damaged, hostile or foreign ones refused with file, entry and mend."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from flows.ingest.movements.camt import read_camt
from flows.ingest.movements.cash_list import read_cash_list
from flows.ingest.movements.read import read_movements
from schemas.programme.file import load_programme
from schemas.programme.receipts import Receipts
from schemas.refusal import Refusal
from tests.bank import COUNTY, Booked, Version, camt

SHAPES = Path(__file__).parent / "statements"
JUNE = date(2025, 6, 3)
ONE = Booked(JUNE, "82.30", "AGH-2025-0006", name="Freiberg, Stadt", iban="DE92999999990014522180", reference="R1")


def shape(name: str) -> bytes:
    return (SHAPES / f"{name}.xml").read_bytes()


def told(content: bytes, iban: str = COUNTY) -> list[tuple[object, ...]]:
    return [
        (each.place, each.day, each.amount_cents, each.name, each.text, each.returned)
        for each in read_camt("auszug.xml", content, iban).movements
    ]


def test_the_standards_own_example() -> None:
    """As it is written it is in kronor; in euros its three entries lead from 500,000 to 435,678.50."""
    example, account = shape("iso20022-example"), "50000000054910000003"
    with pytest.raises(Refusal, match=r"Buchung 1: Die Währung ist SEK; übernommen werden nur Euro"):
        read_camt("auszug.xml", example, account)
    day = date(2010, 10, 18)
    assert told(example.replace(b'"SEK"', b'"EUR"'), account) == [
        ("Buchung 1", day, 105_678_50, "MUELLER", "", False),
        ("Buchung 2", day, -200_000_00, "", "", False),
        ("Buchung 3", day, 30_000_00, "", "", False),
    ]


def test_a_dutch_banks_statement() -> None:
    assert told(shape("dutch-bank-02")) == [("Buchung 1", JUNE, 73_00, "STADT AM FLUSS", "AGH-2025-0007", False)]


def test_a_german_banks_statement_with_payments_booked_together_and_a_return() -> None:
    day = date(2025, 6, 5)
    assert told(shape("german-bank-08")) == [
        ("Buchung 1, Posten 1", day, 50_30, "Stadt A", "AGH-2025-00 06 7522180", False),
        ("Buchung 1, Posten 2", day, 32_00, "Stadt B", "AGH-2025-0008", False),
        ("Buchung 2", day, -50_30, "Stadt A", "AGH-2025-0006", True),
    ]


def test_a_clearing_houses_statement_beside_another_accounts() -> None:
    day = date(2025, 6, 6)  # of the closing balance, for its entries have none
    assert told(shape("clearing-08")) == [
        ("Auszug 2, Buchung 1", day, -12_00, "", "", False),
        ("Auszug 2, Buchung 2", day, 92_50, "", "", False),
    ]
    found = read_camt("auszug.xml", shape("clearing-08"), COUNTY)
    assert found.passed_over == ("Auszug des Kontos LT601010012345678901: ein anderes Konto",)


def test_a_statement_of_the_program_pyiso20022() -> None:
    assert told(shape("pyiso20022-02")) == [
        ("Buchung 1", JUNE, 82_30, "Freiberg, Stadt", "AGH-2025-0006 Erstattung Mai", False),
        ("Buchung 2", JUNE, 50_00, "Flöha & Söhne", "AGH-2025-0007 Teilzahlung", False),
    ]


def test_a_returned_payment_of_the_program_camt053_tells_the_parties_as_they_were() -> None:
    (found,) = read_camt("auszug.xml", shape("camt053-08"), COUNTY).movements
    assert (found.day, found.amount_cents, found.returned) == (date(2025, 6, 6), -50_30, True)
    assert (found.name, found.iban, found.reference) == ("Stadt A", ONE.iban, "AGH-2025-0006")


def test_a_returned_payment_is_the_municipality_s_also_where_both_parties_are_told_as_they_were() -> None:
    both = shape("camt053-08").replace(
        b"</DbtrAcct>", f"</DbtrAcct><CdtrAcct><Id><IBAN>{COUNTY}</IBAN></Id></CdtrAcct>".encode()
    )
    (found,) = read_camt("auszug.xml", both, COUNTY).movements
    assert (found.name, found.iban) == ("Stadt A", ONE.iban)


@pytest.mark.parametrize("version", ["02", "08"])
def test_both_versions_tell_the_same(version: Version) -> None:
    assert told(camt([ONE], version)) == [("Buchung 1", JUNE, 82_30, "Freiberg, Stadt", "AGH-2025-0006", False)]
    keys = [read_camt("auszug.xml", camt([ONE], each), COUNTY).movements[0].key for each in ("02", "08")]
    assert keys[0] == keys[1]


def test_what_is_not_booked_yet_is_named_and_not_taken() -> None:
    found = read_camt("auszug.xml", camt([ONE, Booked(JUNE, "9.99", status="PDNG")]), COUNTY)
    assert [each.amount_cents for each in found.movements] == [82_30]
    assert found.passed_over == ("Buchung 2 über 9,99 €: vorgemerkt, noch nicht gebucht",)


def test_payments_alike_are_told_apart_and_known_again() -> None:
    """The same amount twice a day, without a reference of the bank: two movements, and the same two in another file."""
    twice = [Booked(JUNE, "5.00", "Spende"), Booked(JUNE, "5.00", "Spende")]
    first = [each.key for each in read_camt("a.xml", camt(twice), COUNTY).movements]
    again = [each.key for each in read_camt("b.xml", camt([*twice, ONE], "02"), COUNTY).movements]
    assert len(set(first)) == 2
    assert again[:2] == first


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&c;</BkToCstmrStmt></Document>"""
OUTSIDE = b"""<?xml version="1.0"?>
<!DOCTYPE Document [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&secret;</BkToCstmrStmt></Document>"""
HOSTILE = {
    "a bomb": (BOMB, "Dokumenttyp-Angabe"),
    "a file outside": (OUTSIDE, "Dokumenttyp-Angabe"),
    "cut off": (camt([ONE])[:-30], "keine lesbare XML-Datei"),
    "other bytes than it says": (camt([ONE]).replace(b"Freiberg", b"Fr\xe4berg"), "keine lesbare XML-Datei"),
    "no XML": (b"Buchungstag;Betrag\n", "keine lesbare XML-Datei"),
    "nothing": (b"", "keine lesbare XML-Datei"),
    "a report of the day": (camt([ONE]).replace(b"camt.053", b"camt.052"), r"camt\.052\.001\.08.*camt\.053 abrufen"),
    "another version": (camt([ONE]).replace(b"001.08", b"001.01"), r"camt\.053\.001\.01"),
    "a page of the web": (b"<html/>", r"\(html\)"),
    "another account": (camt([ONE], iban="DE92999999990014522180"), rf"anderen Konto \(DE92999999990014522180\).*{COUNTY}"),
    "another currency": (camt([Booked(JUNE, "5.00", currency="CHF")]), "Buchung 1: Die Währung ist CHF"),
    "no amount": (camt([ONE]).replace(b'"EUR">82.30', b'"EUR">82,30'), "Buchung 1: Der Betrag „82,30“"),
    "parts of a cent": (camt([ONE]).replace(b'"EUR">82.30', b'"EUR">82.305'), "Buchung 1: Der Betrag „82.305“"),
    "no side": (camt([ONE]).replace(b"<CdtDbtInd>CRDT</CdtDbtInd><Sts>", b"<Sts>"), "gut- oder lastgeschrieben"),
    "an entry less": (camt([ONE], closing="2000.00"), r"1\.000,00 € zum Endsaldo 2\.000,00 €"),
    "no day": (re.sub(rb"<Dt>[0-9-]+</Dt>", b"<Dt/>", camt([ONE])), "Buchung 1: Der Buchungstag fehlt"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_cannot_be_trusted_is_refused(what: str) -> None:
    content, sentence = HOSTILE[what]
    with pytest.raises(Refusal, match=sentence):
        read_camt("auszug.xml", content, COUNTY)


def test_a_file_is_looked_at_before_it_is_read(tmp_path: Path) -> None:
    programme = load_programme(Path("inputs/mittelsachsen"))
    large, packed, empty, bomb = (tmp_path / name for name in ("gross.xml", "a.zip", "b.zip", "c.zip"))
    with large.open("wb") as file:
        file.truncate(programme.limits.file_mib * 2**20 + 1)
    packed.write_bytes(zipped(("auszug.xml", camt([ONE])))[:-40])
    empty.write_bytes(zipped(("ordner/", b"")))
    bomb.write_bytes(zipped(("auszug.xml", bytes(programme.limits.unpacked_mib * 2**20 + 1))))
    for path, sentence in (
        (large, "größer als 20 MiB"), (packed, "leer, beschädigt"), (empty, "leer, beschädigt"),
        (bomb, "ausgepackt größer als 200 MiB"), (tmp_path / "fehlt.xml", "fehlt"),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=sentence):
            read_movements(path, programme)


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def test_an_archive_of_statements_is_read_one_by_one(tmp_path: Path) -> None:
    """As banks hand over the statements of several days (order type C53); each has a digest of its own."""
    programme, path = load_programme(Path("inputs/mittelsachsen")), tmp_path / "C53.zip"
    later = Booked(date(2025, 6, 4), "1.00", "AGH-2025-0007", reference="R2")
    path.write_bytes(zipped(("tage/2025-06-04.xml", camt([later])), ("tage/2025-06-03.xml", camt([ONE], "02"))))
    found = [file for file, _ in read_movements(path, programme)]
    assert [(file.name, file.form, len(file.movements)) for file in found] == [
        ("2025-06-03.xml", "camt.053.001.02", 1), ("2025-06-04.xml", "camt.053.001.08", 1),
    ]  # fmt: skip
    path.write_bytes(zipped(("2025-06-03.xml", camt([ONE])), ("rest.xml", BOMB)))
    with pytest.raises(Refusal, match="Dokumenttyp-Angabe"):
        read_movements(path, programme)


LIST = "Buchungstag;Betrag;Name;IBAN;Verwendungszweck\n03.06.2025;1.082,30;Stadt A;DE92 9999 9999 0014 5221 80;AGH-2025-0006\n4.6.2025;-50,00;;;Rückgabe\n"


def test_the_cash_offices_list() -> None:
    found = read_cash_list("liste.csv", LIST.encode(), COUNTY, Receipts())
    assert [(each.place, each.day, each.amount_cents, each.name, each.iban, each.text) for each in found] == [
        ("Zeile 2", JUNE, 1_082_30, "Stadt A", "DE92999999990014522180", "AGH-2025-0006"),
        ("Zeile 3", date(2025, 6, 4), -50_00, "", None, "Rückgabe"),
    ]


def test_a_list_of_another_form() -> None:
    """Debit and credit in a column of their own, several columns of text, the account named in each row."""
    form = Receipts.model_validate(
        {
            "separator": ",", "decimal_separator": ".", "encoding": "cp1252", "date_format": "JJJJMMTT",
            "columns": (
                {"heading": "Tag", "source": "day"}, {"heading": "Umsatz", "source": "amount"},
                {"heading": "S/H", "source": "debit_credit"}, {"heading": "Zweck 1", "source": "text"},
                {"heading": "Zweck 2", "source": "text"}, {"heading": "Beleg", "source": "number"},
                {"heading": "Konto", "source": "own_iban"}, {"heading": "Wrg", "source": "currency"},
            ),
        },
        strict=False,
    )  # fmt: skip
    rows = f"Tag,Umsatz,S/H,Zweck 1,Zweck 2,Beleg,Konto,Wrg,Mehr\n20250603,82.30,S,Rück,zahlung,AGH-2025-0006,{COUNTY},EUR,x\n"
    (found,) = read_cash_list("liste.csv", rows.encode("cp1252"), COUNTY, form)
    assert (found.amount_cents, found.text) == (-82_30, "Rück zahlung AGH-2025-0006")
    wrong = (
        rows.replace(COUNTY, "DE92999999990014522180")
        .replace(",S,", ",X,")
        .replace("EUR", "USD")
        .replace("20250603", "2025063")
    )
    with pytest.raises(Refusal) as refused:
        read_cash_list("liste.csv", wrong.encode("cp1252"), COUNTY, form)
    for words in (
        "Zeile 2: Der Buchungstag „2025063“",
        "Soll oder Haben: „X“",
        "Die Währung ist „USD“",
        "ist nicht das des Kreises",
    ):
        assert words in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (LIST.replace("Betrag", "Summe"), "Diese Spalten fehlen oder stehen zweimal: Betrag"),
        (LIST.replace("1.082,30", "1,082.30"), "Zeile 2: Der Betrag „1,082.30“"),
        (LIST.replace("03.06.2025", "31.06.2025"), "Zeile 2: Der Buchungstag „31.06.2025“"),
        (LIST.replace(";Rückgabe", ""), "Zeile 3: 4 Felder statt 5"),
    ],
)
def test_rows_that_cannot_be_taken_are_named(rows: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=re.escape(sentence)):
        read_cash_list("liste.csv", rows.encode(), COUNTY, Receipts())


def test_a_list_in_another_encoding_is_refused_with_the_key() -> None:
    with pytest.raises(Refusal, match=r"Kodierung utf-8-sig.*\[receipts\] encoding"):
        read_cash_list("liste.csv", LIST.encode("cp1252"), COUNTY, Receipts())
