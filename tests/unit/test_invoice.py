"""The e-invoice and its reading copy: the rules of EN 16931 and XRechnung that our documents touch, and the figures."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from pypdf import PdfReader

from flows.emit.invoice import xml
from flows.emit.invoice.documents import invoices, write_invoices
from flows.emit.invoice.pdf import reading_copy
from flows.emit.invoice.xml import xrechnung
from flows.emit.wording.words import iban_in_groups
from schemas.finance import REVERSALS
from schemas.invoices import Corrected, Invoice, Position
from schemas.offsets import TakenBack, UsedCredit
from schemas.payments import Came
from schemas.programme.file import load_programme
from schemas.results import CORRECTIONS, LINES, Cause, LineKind, empty, frame_schema
from tests.command import PATIENCE
from tests.golden.tags import check_tags
from tests.unit.test_bookings import DUEREN, EXAMPLE, JUELICH, run

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
PROGRAMME = load_programme(Path("inputs/dueren"))
LEITWEG_ID = PROGRAMME.members[DUEREN].buyer_reference

INVOICE = Invoice(
    PROGRAMME, PROGRAMME.members[DUEREN], "2016-07", "VP-2016-0034", date(2016, 8, 15), date(2016, 9, 14),
    positions=(
        Position(LineKind.PREMIUM, "2016-05", -220_71),
        Position(LineKind.PREMIUM, "2016-07", 1_000_00),
        Position(LineKind.START_UP, "2016-07", 5),
    ),
    corrects=(Corrected("VP-2016-0003", date(2016, 5, 15)), Corrected("VP-2016-0012", date(2016, 6, 15))),
)  # fmt: skip
CREDIT = replace(INVOICE, positions=(Position(LineKind.PREMIUM, "2016-05", -220_71), Position(LineKind.PREMIUM, "2016-07", 20_71)))  # fmt: skip


def values(invoice: Invoice, path: str) -> list[str]:
    found = etree.fromstring(xrechnung(invoice)).xpath(path, namespaces=NAMES)
    return [entry if isinstance(entry, str) else entry.text for entry in found]


def only(invoice: Invoice, path: str) -> str:
    (value,) = values(invoice, path)
    return value


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_identity_and_references() -> None:
    assert only(INVOICE, "//rsm:ExchangedDocument/ram:ID") == "VP-2016-0034"
    assert only(INVOICE, "//rsm:ExchangedDocument/ram:TypeCode") == "380"
    assert only(INVOICE, "//ram:GuidelineSpecifiedDocumentContextParameter/ram:ID").endswith("xrechnung_3.0")  # BT-24
    assert only(INVOICE, "//ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID").startswith(
        "urn:fdc:peppol.eu"
    )
    assert only(INVOICE, "//ram:BuyerReference") == LEITWEG_ID  # BT-10, BR-DE-15
    assert only(INVOICE, "//ram:SellerTradeParty/ram:ID") == "05358"  # BT-29, BR-CO-26
    assert only(INVOICE, "//ram:SellerTradeParty//ram:URIUniversalCommunication/ram:URIID/@schemeID") == "EM"  # BT-34
    assert (
        only(INVOICE, "//ram:BuyerTradeParty//ram:URIUniversalCommunication/ram:URIID[@schemeID='0204']") == LEITWEG_ID
    )
    assert only(INVOICE, "//ram:IBANID") == PROGRAMME.accounting.county_iban
    assert only(INVOICE, "//ram:PaymentReference") == f"VP-2016-0034 {PROGRAMME.members[DUEREN].debtor}"
    for contact in (
        "PersonName",
        "TelephoneUniversalCommunication/ram:CompleteNumber",
        "EmailURIUniversalCommunication/ram:URIID",
    ):
        assert only(INVOICE, f"//ram:DefinedTradeContact/ram:{contact}")  # BR-DE-5, 6, 7


def test_outside_the_scope_of_vat() -> None:
    assert set(values(INVOICE, "//ram:ApplicableTradeTax/ram:CategoryCode")) == {"O"}
    assert Decimal(only(INVOICE, "//ram:ApplicableTradeTax/ram:RateApplicablePercent")) == 0  # BT-119, BR-DE-14
    assert not values(INVOICE, "//ram:SpecifiedLineTradeSettlement//ram:RateApplicablePercent")  # BR-O-05
    assert not values(INVOICE, "//ram:SpecifiedTaxRegistration")  # BR-O-02
    assert only(INVOICE, "//ram:ExemptionReasonCode") == "VATEX-EU-O"
    assert "§ 2b UStG" in only(INVOICE, "//ram:ExemptionReason")
    assert Decimal(only(INVOICE, "//ram:TaxTotalAmount")) == 0


def test_amounts_add_up() -> None:
    """−220.71 + 1,000.00 + 0.05 = 779.34."""
    lines = values(INVOICE, "//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount")
    assert lines == ["-220.71", "1000.00", "0.05"]
    prices = [Decimal(price) for price in values(INVOICE, "//ram:ChargeAmount")]
    quantities = [Decimal(quantity) for quantity in values(INVOICE, "//ram:BilledQuantity")]
    assert all(price >= 0 for price in prices)  # BR-27
    assert [price * quantity for price, quantity in zip(prices, quantities, strict=True)] == [
        Decimal(line) for line in lines
    ]
    for total in ("LineTotalAmount", "TaxBasisTotalAmount", "GrandTotalAmount", "DuePayableAmount"):
        path = f"//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:{total}"
        assert only(INVOICE, path) == "779.34", total
    assert only(INVOICE, "//ram:BasisAmount") == "779.34"


def test_a_credit_states_its_amounts_turned_positive() -> None:
    """−220.71 + 20.71 = −200.00."""
    assert only(CREDIT, "//rsm:ExchangedDocument/ram:TypeCode") == "381"
    assert values(CREDIT, "//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount") == [
        "220.71",
        "-20.71",
    ]
    assert only(CREDIT, "//ram:DuePayableAmount") == "200.00"
    assert "überweist das Guthaben" in only(CREDIT, "//ram:SpecifiedTradePaymentTerms/ram:Description")


@pytest.mark.parametrize(("iban", "code"), [("DE89370400440532013000", "58"), (None, "97")])
def test_a_credit_is_paid_to_the_municipality_or_set_off(iban: str | None, code: str) -> None:
    credit = replace(CREDIT, municipality=CREDIT.municipality.model_copy(update={"iban": iban}))
    assert only(credit, "//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode") == code
    assert values(credit, "//ram:IBANID") == ([iban] if iban else [])


def test_periods_are_the_service_months() -> None:
    header = "//ram:ApplicableHeaderTradeSettlement/ram:BillingSpecifiedPeriod"
    assert only(INVOICE, f"{header}/ram:StartDateTime/udt:DateTimeString") == "20160501"
    assert only(INVOICE, f"{header}/ram:EndDateTime/udt:DateTimeString") == "20160731"
    lines = "//ram:SpecifiedLineTradeSettlement/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString"
    assert values(INVOICE, lines) == ["20160531", "20160731", "20160731"]


def test_corrected_documents_are_named() -> None:
    reference = "//ram:ApplicableHeaderTradeSettlement/ram:InvoiceReferencedDocument"
    # The schema that receivers check with (CII D16B) holds one: the latest.
    assert values(INVOICE, f"{reference}/ram:IssuerAssignedID") == ["VP-2016-0012"]
    assert values(INVOICE, f"{reference}/ram:FormattedIssueDateTime/*") == ["20160615"]
    notes = " ".join(values(INVOICE, "//ram:IncludedNote/ram:Content"))
    assert "VP-2016-0003 vom 15.05.2016, VP-2016-0012 vom 15.06.2016" in notes
    assert not values(replace(INVOICE, corrects=()), "//ram:InvoiceReferencedDocument")


@pytest.mark.parametrize("name", ["=1+1", '<b>&amp;</b> "Stadt"', "#let x = 1", "Ort\u200b\u0007"])
def test_a_name_is_text_and_nothing_else(name: str) -> None:
    clean = name.replace("\u0007", "")  # no XML can hold a control character, and the programme file refuses it
    member = INVOICE.municipality.model_copy(update={"name": clean})
    hostile = replace(INVOICE, municipality=member)
    assert only(hostile, "//ram:BuyerTradeParty/ram:Name") == clean
    assert clean.replace("\u200b", "\ufffd") in text_of(reading_copy(hostile))


def test_the_reading_copy_shows_the_same_figures() -> None:
    text = text_of(reading_copy(INVOICE))
    for shown in (
        "Rechnung VP-2016-0034 für Juli 2016", "Lesefassung – maßgeblich ist die XRechnung VP-2016-0034.xml",
        "-220,71 €", "1.000,00 €", "0,05 €", "779,34 €", "14.09.2016", "Mai 2016 bis Juli 2016", "Berichtigung",
    ):  # fmt: skip
        assert shown in text, shown
    credit = text_of(reading_copy(CREDIT))
    assert "Gutschrift VP-2016-0034" in credit
    assert "200,00 €" in credit
    assert "Fällig" not in credit


def test_threads_use_the_schema_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library reads a schema without a lock of its own: what two threads get that do so at once may be wrong."""
    lock, coming = threading.Lock(), threading.Condition()
    came, inside, met = set[int](), list[object](), list[int]()

    def comes() -> None:
        with coming:
            came.add(threading.get_ident())
            coming.notify_all()

    class Asked:
        def __enter__(self) -> None:
            comes()
            lock.acquire()

        def __exit__(self, *_: object) -> None:
            lock.release()

    class Schema:
        """Whoever uses it stays until the other one has come: to the lock, or, where none is asked for, in here."""

        def assertValid(self, document: object) -> None:  # noqa: N802  # as the library calls it
            inside.append(document)
            comes()
            with coming:
                assert coming.wait_for(lambda: len(came) == 2, PATIENCE)
                met.append(len(inside))
            inside.pop()

    monkeypatch.setattr(xml, "_one_at_a_time", Asked())
    monkeypatch.setattr(xml, "_schema", Schema)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(xml.check, [b"<a/>", b"<a/>"]))
    assert met == [1, 1]


def test_a_reversal_says_what_it_takes_back() -> None:
    positions = tuple(replace(each, amount_cents=-each.amount_cents) for each in INVOICE.positions)
    reversal = replace(INVOICE, positions=positions, corrects=INVOICE.corrects[:1], reversal_reason="Falsche Anschrift")
    assert only(reversal, "//rsm:ExchangedDocument/ram:TypeCode") == "381"
    text = text_of(reading_copy(reversal))
    assert "Storno VP-2016-0034 zu VP-2016-0003" in text
    assert "nimmt VP-2016-0003 vom 15.05.2016 in voller Höhe zurück. Grund: Falsche Anschrift" in text
    assert "(Berichtigung)" not in text


@pytest.mark.parametrize(
    ("amount_cents", "iban", "terms"),
    [
        (-500, "DE89370400440532013000", "Ist VP-2016-0003 schon bezahlt, überweist Kreis Düren das Guthaben bis zum 14.09.2016 auf das Konto DE89 3704 0044 0532 0130 00; ist VP-2016-0003 noch offen, wird beides verrechnet und es ist nichts zu zahlen."),
        (-500, None, "Ist VP-2016-0003 schon bezahlt, überweist Kreis Düren das Guthaben, sobald die Bankverbindung der Kommune bekannt ist; ist VP-2016-0003 noch offen, wird beides verrechnet und es ist nichts zu zahlen."),
        (500, None, "Ist das Guthaben aus VP-2016-0003 schon ausgezahlt, ist der Betrag ohne Abzug bis zum 14.09.2016 an Kreis Düren, IBAN"),
    ],
)  # fmt: skip
def test_what_a_reversal_costs_depends_on_what_was_paid(amount_cents: int, iban: str | None, terms: str) -> None:
    reversal = replace(
        INVOICE, positions=(Position(LineKind.PREMIUM, "2016-05", amount_cents),), corrects=INVOICE.corrects[:1],
        reversal_reason="Falsche Anschrift", municipality=INVOICE.municipality.model_copy(update={"iban": iban}),
    )  # fmt: skip
    assert only(reversal, "//ram:SpecifiedTradePaymentTerms/ram:Description").startswith(terms)


@pytest.mark.parametrize(
    ("causes", "mark"),
    [
        (["late_return"], " (Nachmeldung)"), (["cancellation"], " (neu nach Storno)"), (["adjustment"], ""),
        (["correction"], " (Berichtigung)"), (["cancellation", "law"], " (Berichtigung)"), ([], " (Berichtigung)"),
    ],
)  # fmt: skip
def test_a_position_of_an_earlier_month_says_why_it_comes_now(causes: list[str], mark: str) -> None:
    """Düren's December: 500.00 credited in January's document, for one cause, for two, or for none that is stored."""
    rows = [
        {"service_month": "2024-12", "ags": DUEREN, "case_id": "D-001", "kind": "premium", "reference": "", "cause": cause}
        for cause in causes
    ]  # fmt: skip
    told = pl.DataFrame(rows, schema=frame_schema(CORRECTIONS))
    (invoice, _) = invoices(replace(EXAMPLE, corrections=told), PROGRAMME, empty(REVERSALS))
    assert invoice.positions[0].cause == (Cause(causes[0]) if len(causes) == 1 else None)
    assert f"Dezember 2024{mark} -500,00 €" in text_of(reading_copy(invoice))
    names = values(invoice, "//ram:SpecifiedTradeProduct/ram:Name")
    assert names[0] == f"Prämien für Vermittlungen, Dezember 2024{mark}"


def allowance(ags: str, month: str, case: str, hours: str, cents: int, posted: int = 0) -> dict[str, object]:
    return {
        "settled_in": "2025-01", "service_month": month, "ags": ags, "case_id": case, "kind": "allowance",
        "reference": "AGH-1 2024-12-02", "unit": "hour", "quantity": Decimal(hours), "cost_cents": abs(cents), "computed_cents": cents,
        "posted_before_cents": posted, "delta_cents": cents - posted, "reason": [], "legal_basis": "§ 5 AsylbLG",
    }  # fmt: skip


def test_a_position_says_how_many_hours_it_charges_for_the_first_time() -> None:
    """Düren's January: 12.50 h and 60.00 h are charged, 40.00 h of the county's own cost nothing: 72.50 h.

    December corrects a line: its hours are not what the difference is for. Jülich's January is for and against it.
    """
    lines = [
        allowance(DUEREN, "2024-12", "D-1", "20.00", 16_00, posted=12_00), allowance(DUEREN, "2024-12", "D-2", "5.00", 4_00),
        allowance(DUEREN, "2025-01", "D-1", "12.50", 10_00), allowance(DUEREN, "2025-01", "D-2", "60.00", 48_00),
        allowance(DUEREN, "2025-01", "D-3", "40.00", 0),
        allowance(JUELICH, "2025-01", "J-1", "10.00", -8_00), allowance(JUELICH, "2025-01", "J-2", "5.00", 4_00),
    ]  # fmt: skip
    types = frame_schema(LINES)
    frame = pl.DataFrame([dict.fromkeys(types) | line for line in lines], schema=types)
    own = run((DUEREN, "2025-01", "", "allowance", 66_00), (JUELICH, "2025-01", "", "allowance", -4_00))
    dueren, juelich = invoices(replace(own, lines=frame), PROGRAMME, empty(REVERSALS))
    assert [position.hours for position in dueren.positions] == [None, Decimal("72.50")]
    assert [position.hours for position in juelich.positions] == [None]
    assert values(dueren, "//ram:SpecifiedTradeProduct/ram:Description") == ["72,50 Stunden"]
    assert "Januar 2025, 72,50 Stunden 58,00 €" in text_of(reading_copy(dueren))


def test_the_agreement_is_named() -> None:
    assert only(INVOICE, "//ram:ContractReferencedDocument/ram:IssuerAssignedID") == "50.2-2015/117"  # BT-12
    named = "vom 12.10.2015 (Aktenzeichen 50.2-2015/117)"
    assert any(named in note for note in values(INVOICE, "//ram:IncludedNote/ram:Content"))
    assert named in text_of(reading_copy(INVOICE))
    term = PROGRAMME.programme.model_copy(update={"agreement": None})
    without = replace(INVOICE, programme=PROGRAMME.model_copy(update={"programme": term}))
    assert not values(without, "//ram:ContractReferencedDocument")
    assert "Aktenzeichen" not in text_of(reading_copy(without))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert xrechnung(INVOICE) == xrechnung(INVOICE)
    assert reading_copy(INVOICE) == reading_copy(INVOICE)


def test_the_reading_copy_is_tagged() -> None:
    kinds = [kind for kind, _ in check_tags(reading_copy(INVOICE))]
    assert (kinds.count("Table"), kinds.count("TH")) == (1, 3)  # Nr., Leistung, Betrag


def test_documents_of_a_run_with_an_amount(tmp_path: Path) -> None:
    """Düren −500.00 + 700.35 + 10,000.00 = 10,200.35; Jülich 80.00 − 80.00 − 1,234.56 = −1,234.56."""
    made = invoices(EXAMPLE, PROGRAMME, empty(REVERSALS))
    assert [(each.municipality.ags, each.total_cents) for each in made] == [(DUEREN, 10_200_35), (JUELICH, -1_234_56)]
    assert [each.amount_cents for each in made[1].positions] == [-1_234_56]  # what adds up to 0 is no position
    paths = write_invoices(made, tmp_path)
    assert [path.name for path in paths] == [
        "VP-2025-0001.xml", "VP-2025-0001.pdf", "VP-2025-0002.xml", "VP-2025-0002.pdf",
    ]  # fmt: skip
    assert all((tmp_path / path).stat().st_size for path in paths)


def test_a_draft_and_a_total_of_zero_have_none() -> None:
    lines = ((DUEREN, "2025-01", "D-001", "premium", 100), (DUEREN, "2025-01", "D-002", "premium", -100))
    assert invoices(run(*lines), PROGRAMME, empty(REVERSALS)) == []
    assert (
        invoices(run(*lines, (JUELICH, "2025-01", "J-1", "premium", 1), draft=True), PROGRAMME, empty(REVERSALS)) == []
    )


def test_a_successor_is_told_whose_document_it_is() -> None:
    """Düren merged into Jülich with June 2016; July's run settles what was Düren's."""
    gone = PROGRAMME.members[DUEREN].model_copy(update={"until": "2016-06", "successor": JUELICH})
    passed_on = replace(INVOICE, municipality=gone)
    assert only(passed_on, "//ram:BuyerTradeParty/ram:Name") == "Jülich, Stadt"
    told = "Dieses Dokument betrifft Düren, Stadt (AGS 05358008), deren Rechtsnachfolge Jülich, Stadt angetreten hat."
    assert values(passed_on, "//ram:IncludedNote/ram:Content")[0] == told
    names = values(passed_on, "//ram:SpecifiedTradeProduct/ram:Name")
    assert names[0] == "Prämien für Vermittlungen, Mai 2016, Düren, Stadt (Berichtigung)"
    text = text_of(reading_copy(passed_on))
    for shown in (told, names[0], "Abgerechnet für Düren, Stadt (AGS 05358008)"):
        assert shown in text


def test_reversals_of_a_run_are_documents_of_their_own() -> None:
    taken_back = pl.DataFrame(
        [{"number": "VP-2025-0003", "cancelled": "VP-2024-0007", "reason": "Falsche Anschrift", "ags": DUEREN, "kind": "premium", "service_month": "2024-12", "amount_cents": -250_00}],
        schema={name: column.dtype.type for name, column in REVERSALS.columns.items()},
    )  # fmt: skip
    corrected = pl.DataFrame(
        [{"ags": DUEREN, "number": "VP-2024-0007", "document_date": date(2025, 1, 15), "taken_back": True}],
        schema=EXAMPLE.corrected.schema,
    )
    made = invoices(replace(EXAMPLE, corrected=corrected), PROGRAMME, taken_back)
    assert [each.number for each in made] == ["VP-2025-0001", "VP-2025-0002", "VP-2025-0003"]
    assert made[2].total_cents == -250_00
    assert made[2].corrects == (Corrected("VP-2024-0007", date(2025, 1, 15)),)
    assert made[0].corrects == ()


FIRST, SECOND = (
    UsedCredit("VP-2016-0007", date(2016, 7, 15), 500_00),
    UsedCredit("VP-2016-0021", date(2016, 8, 1), 79_34, 20_66),
)
OFFSET = replace(INVOICE, credits=(FIRST, SECOND))
SUMS = ("LineTotalAmount", "GrandTotalAmount", "TotalPrepaidAmount", "DuePayableAmount")


def sums(invoice: Invoice) -> list[list[str]]:
    return [values(invoice, f"//ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:{name}") for name in SUMS]


def test_what_credits_leave_of_an_invoice_is_due() -> None:
    """779.34 − 500.00 − 79.34 = 200.00; the total stays what it is (BR-CO-16: BT-115 = BT-112 − BT-113)."""
    assert sums(OFFSET) == [["779.34"], ["779.34"], ["579.34"], ["200.00"]]
    terms = only(OFFSET, "//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert terms.startswith("Verrechnet: Gutschrift VP-2016-0007 vom 15.07.2016 mit 500,00 €, Gutschrift VP-2016-0021 vom 01.08.2016 mit 79,34 €. Zahlbetrag 200,00 €, zahlbar ohne Abzug bis zum 14.09.2016 an")  # fmt: skip
    assert only(OFFSET, "//ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString") == "20160914"
    text = text_of(reading_copy(OFFSET))
    for shown in (
        "Rechnungsbetrag 779,34 €", "Gutschrift VP-2016-0007 vom 15.07.2016 -500,00 €",
        "Gutschrift VP-2016-0021 vom 01.08.2016 -79,34 €", "Zahlbetrag 200,00 €", "Fällig am 14.09.2016",
    ):  # fmt: skip
        assert shown in text, shown
    assert values(INVOICE, "//ram:TotalPrepaidAmount") == []


def test_an_invoice_that_credits_cover_asks_for_nothing() -> None:
    """Nothing is due, so neither day nor account are told (BR-CO-25 asks for them where something is)."""
    covered = replace(INVOICE, credits=(replace(FIRST, amount_cents=779_34),), due_date=None)
    assert sums(covered) == [["779.34"], ["779.34"], ["779.34"], ["0.00"]]
    assert only(covered, "//ram:SpecifiedTradePaymentTerms/ram:Description").endswith("Die Rechnung ist damit ausgeglichen; zu zahlen ist nichts.")  # fmt: skip
    assert only(covered, "//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode") == "97"
    assert not values(covered, "//ram:DueDateDateTime")
    text = text_of(reading_copy(covered))
    assert "Zahlbetrag 0,00 €" in text
    assert "Verwendungszweck" not in text


def test_a_credit_that_waits_is_not_paid_out() -> None:
    waits = replace(CREDIT, waits=True, due_date=None)
    assert sums(waits) == [["200.00"], ["200.00"], [], ["200.00"]]
    assert only(waits, "//ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode") == "97"
    told = "Das Guthaben wird mit der nächsten Rechnung verrechnet und nicht überwiesen; zu zahlen ist nichts."
    assert only(waits, "//ram:SpecifiedTradePaymentTerms/ram:Description") == told
    text = text_of(reading_copy(waits))
    assert told in text
    assert "Auszahlung bis" not in text


@pytest.mark.parametrize(
    ("settled", "paid_out", "due", "terms"),
    [
        (0, 0, "0.00", "Das Guthaben aus VP-2016-0003 ist noch nicht verrechnet und entfällt; zu zahlen ist nichts."),
        (150_00, 0, "150.00", "Das Guthaben aus VP-2016-0003 ist mit 150,00 € schon verrechnet: Dieser Betrag ist ohne Abzug bis zum 14.09.2016 an Kreis Düren, IBAN {own}, zurückzuzahlen. Der Rest von 50,00 € entfällt."),
        (150_00, 40_00, "150.00", "Das Guthaben aus VP-2016-0003 ist mit 110,00 € schon verrechnet: Dieser Betrag ist ohne Abzug bis zum 14.09.2016 an Kreis Düren, IBAN {own}, zurückzuzahlen. Ebenso zurückzuzahlen sind die ausgezahlten 40,00 €, soweit sie angekommen sind. Der Rest von 50,00 € entfällt."),
        (200_00, 200_00, "200.00", "Sind vom Guthaben aus VP-2016-0003 200,00 € schon ausgezahlt, ist dieser Betrag ohne Abzug bis zum 14.09.2016 an Kreis Düren, IBAN {own}, zurückzuzahlen; sonst ist nichts zu zahlen."),
    ],
)  # fmt: skip
def test_of_a_credit_that_waited_its_storno_asks_back_what_was_set_off(
    settled: int, paid_out: int, due: str, terms: str
) -> None:
    """A credit of 200.00 is taken back: what of it was set off is owed, what was paid out as far as it came, the rest never was."""
    storno = replace(
        INVOICE, positions=(Position(LineKind.PREMIUM, "2016-05", 200_00),), corrects=INVOICE.corrects[:1],
        reversal_reason="Falsche Anschrift", back=TakenBack(settled_cents=settled, paid_out_cents=paid_out),
    )  # fmt: skip
    assert sums(storno)[3] == [due]
    own = iban_in_groups(PROGRAMME.accounting.county_iban).replace("\N{NO-BREAK SPACE}", " ")
    assert only(storno, "//ram:SpecifiedTradePaymentTerms/ram:Description") == terms.replace("{own}", own)


def test_the_storno_of_an_invoice_opens_the_credits_again() -> None:
    """Of 779.34, 579.34 were set off: 200.00 may have been paid."""
    positions = tuple(replace(each, amount_cents=-each.amount_cents) for each in INVOICE.positions)
    storno = replace(OFFSET, positions=positions, corrects=INVOICE.corrects[:1], reversal_reason="Falsche Anschrift", back=TakenBack(opened=OFFSET.credits))  # fmt: skip
    assert sums(storno) == [["779.34"], ["779.34"], ["579.34"], ["200.00"]]
    terms = only(storno, "//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert "Diese Verrechnung ist aufgehoben; das Guthaben wird mit der nächsten Rechnung verrechnet." in terms
    assert "Zahlbetrag 200,00 €: Ist VP-2016-0003 schon bezahlt" in terms
    assert "Wieder offen: Gutschrift VP-2016-0007 vom 15.07.2016 -500,00 €" in text_of(reading_copy(storno))


def test_the_storno_of_an_invoice_says_what_becomes_of_a_rest() -> None:
    storno = replace(
        INVOICE, positions=(Position(LineKind.PREMIUM, "2016-05", -500_00),), corrects=INVOICE.corrects[:1], due_date=None,
        reversal_reason="Falsche Anschrift", credits=(FIRST,), back=TakenBack(opened=(FIRST,), set_off_again=True, rest_waits=True),
    )  # fmt: skip
    terms = only(storno, "//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert (
        "das Guthaben wird mit der Abrechnung für Juli 2016 verrechnet, der Rest mit der nächsten Rechnung. " in terms
    )


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (None, "Zu zahlen ist nichts. Ist auf VP-2016-0003 trotzdem etwas gezahlt, überweist Kreis Düren es zurück bis zum 14.09.2016 auf das Konto {account}."),
        (Came(20_00, 0, date(2016, 8, 10)), "Auf VP-2016-0003 sind bis zum 10.08.2016 20,00 € eingegangen; diesen Betrag, und was seither noch gezahlt ist, überweist Kreis Düren bis zum 14.09.2016 auf das Konto {account}. Zu zahlen ist nichts."),
    ],
)  # fmt: skip
def test_the_storno_of_an_invoice_that_credits_covered_tells_what_came(came: Came | None, told: str) -> None:
    """500.00 of 500.00 were set off, so nothing was to be paid; the credit is set off anew with the same month's invoice."""
    account = "DE89370400440532013000"
    storno = replace(
        INVOICE, positions=(Position(LineKind.PREMIUM, "2016-05", -500_00),), corrects=INVOICE.corrects[:1], due_date=None,
        reversal_reason="Falsche Anschrift", credits=(FIRST,), back=TakenBack(opened=(FIRST,), set_off_again=True), came=came,
        municipality=INVOICE.municipality.model_copy(update={"iban": account}),
    )  # fmt: skip
    assert sums(storno)[2:] == [["500.00"], ["0.00"]]
    terms = only(storno, "//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert "das Guthaben wird mit der Abrechnung für Juli 2016 verrechnet. " in terms
    shown = iban_in_groups(account).replace("\N{NO-BREAK SPACE}", " ")
    holder = storno.municipality.account_holder
    assert terms.endswith(told.replace("{account}", f"{shown} ({holder})" if holder else shown))


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (Came(0, 779_34, date(2016, 8, 10)), "Auf VP-2016-0003 ist bis zum 10.08.2016 nichts eingegangen. Ist VP-2016-0003 schon bezahlt, überweist Kreis Düren das Guthaben, sobald die Bankverbindung der Kommune bekannt ist; ist VP-2016-0003 noch offen, wird beides verrechnet und es ist nichts zu zahlen."),
        (Came(779_34, 779_34, date(2016, 8, 10)), "Auf VP-2016-0003 sind bis zum 10.08.2016 779,34 € eingegangen; diesen Betrag, und was seither noch gezahlt ist, überweist Kreis Düren, sobald die Bankverbindung der Kommune bekannt ist. Zu zahlen ist nichts."),
    ],
)  # fmt: skip
def test_a_storno_tells_what_is_known_to_have_come(came: Came, told: str) -> None:
    positions = tuple(replace(each, amount_cents=-each.amount_cents) for each in INVOICE.positions)
    storno = replace(
        INVOICE, positions=positions, corrects=INVOICE.corrects[:1], reversal_reason="Falsche Anschrift", came=came,
        municipality=INVOICE.municipality.model_copy(update={"iban": None}),
    )  # fmt: skip
    assert only(storno, "//ram:SpecifiedTradePaymentTerms/ram:Description") == told


def test_of_credits_that_were_taken_back_too_no_storno_promises_anything() -> None:
    """500.00 were set off by a credit that the same run takes back, 79.34 by one that is open and paid out now."""
    first, second = OFFSET.credits
    positions = tuple(replace(each, amount_cents=-each.amount_cents) for each in INVOICE.positions)
    storno = replace(OFFSET, positions=positions, corrects=INVOICE.corrects[:1], reversal_reason="Falsche Anschrift")
    both = replace(storno, back=TakenBack(opened=(second,), lapsed=(first,), paid_out=True))
    assert sums(both)[2:] == [["579.34"], ["200.00"]]
    terms = only(both, "//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert f"das Guthaben aus {second.number} wird ausgezahlt; {first.number} ist ebenfalls storniert, das Guthaben daraus entfällt." in terms  # fmt: skip
    assert f"Ebenfalls storniert: Gutschrift {first.number}" in text_of(reading_copy(both))
    earlier = replace(storno, credits=(), back=TakenBack(owed_before=(first,)))
    assert sums(earlier)[2:] == [[], ["779.34"]]
    terms = only(earlier, "//ram:SpecifiedTradePaymentTerms/ram:Description")
    assert terms.endswith(f"Von diesem Betrag entfallen 500,00 € auf das Storno von {first.number}; sie werden überwiesen, soweit sie zurückgezahlt sind.")  # fmt: skip
