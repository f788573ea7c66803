"""Every document with 120 characters in every text that a county may choose itself."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from flows.emit.board.pdf import write_board_pdf
from flows.emit.board.workbook import write_board_workbook
from flows.emit.cash.certificate import write_certificates
from flows.emit.cash.payout import write_payout_lists
from flows.emit.form.workbook import write_form
from flows.emit.invoice.pdf import reading_copy
from flows.emit.overview.workbook import write_overview
from flows.emit.statement.workbook import write_statement
from schemas.documents import Reversal, Statement
from schemas.forms import Form
from schemas.invoices import Corrected, Invoice, Position
from schemas.programme.programme import Programme
from schemas.report import COUNTY as COUNTY_READER
from schemas.report import Report
from schemas.results import LineKind
from schemas.returns import ReturnKind
from tests.golden import samples
from tests.golden.overviews import premium_overview
from tests.golden.payouts import ENDED, ON, PAID
from tests.unit.test_board_report import OWN_MONEY, VALUES, report

LENGTH = 120


def words(name: str) -> str:
    """A text of so many characters that begins and ends with what it is: Kreis… of the … Kreis."""
    filled = f"{name} der langen Wörter zwischen Rur und Mulde, zuständig für Bescheide, Anträge und alles Übrige, im Hause, {'x' * LENGTH}"
    return filled[: LENGTH - len(name) - 1] + " " + name


def mail(name: str) -> str:
    """An address of so many characters without any space."""
    end = f".{name}@landkreis-mit-langem-namen.example"
    return ("kreiskasse.und.zentrale.verwaltung.der.arbeitsgelegenheiten" * 3)[: LENGTH - len(end)] + end


COUNTY = {
    "county": words("Landkreis"), "title": words("Programm"), "street": words("Straße"), "city": words("Kreisstadt"),
    "contact": words("Auskunft"), "phone": words("Durchwahl"), "email": mail("kreis"),
}  # fmt: skip
TOWN = {
    "name": words("Gemeinde"), "street": words("Rathausplatz"), "city": words("Ort"), "debtor": words("Personenkonto").translate(str.maketrans("öäüÜ", "oauU")),
    "email": mail("gemeinde"),
}  # fmt: skip
CARRIER = words("Träger")
HOLDER = "Kontoinhaber der langen Worte zwischen Rur und Mulde, im Hause, Konto."  # as long as a bank takes it
REASON = words("Stornogrund")


def lengthened(programme: Programme) -> Programme:
    """The programme with these texts; its numbers and accounts stay."""
    parts: dict[str, Any] = {name: getattr(programme, name) for name in Programme.model_fields}
    account = programme.accounting
    parts["programme"] = programme.programme.model_copy(update={name: COUNTY[name] for name in ("county", "title")})
    address = account.county_address.model_copy(
        update={name: COUNTY[name] for name in type(account.county_address).model_fields if name in COUNTY}
    )
    parts["accounting"] = account.model_copy(update={"county_address": address, "county_account_holder": HOLDER})
    parts["municipality"] = tuple(
        member.model_copy(update=TOWN | {"account_holder": HOLDER}) for member in programme.municipality
    )
    if programme.carrier is not None:
        parts["carrier"] = programme.carrier.model_copy(update={"name": CARRIER, "account_holder": HOLDER})
    return Programme.model_validate(parts)


ALLOWANCES, PREMIUMS = lengthened(samples.ALLOWANCES), lengthened(samples.PREMIUMS)


def of(statement: Statement, programme: Programme, **changes: Any) -> Statement:
    """A sample statement as the county and its town with these texts get it."""
    member = programme.members[statement.municipality.ags]
    return replace(statement, programme=programme, municipality=member, **changes)


def write_letters(folder: Path) -> list[Path]:
    """Workbooks that are printed: letters of every kind, Finanzübersicht, payout list, return form, report."""
    reversal = Reversal(
        "AGH-2025-0058", "AGH-2025-0040", date(2025, 4, 15), REASON, 85_00, frozenset({("allowance", "2025-02")})
    )
    letters = {
        "invoice": of(samples.invoice(), ALLOWANCES, reversals=(reversal,)),
        "credit_note": of(samples.credit_note(), ALLOWANCES),
        "corrected": of(samples.corrected(), ALLOWANCES),
        "nil": of(samples.nil(), ALLOWANCES),
        "draft": of(samples.draft(), ALLOWANCES),
        "premiums": of(samples.premium_statement(), PREMIUMS),
    }
    for name, statement in letters.items():
        write_statement(folder / f"{name}.xlsx", statement)
    write_overview(folder / "overview.xlsx", premium_overview(programme=PREMIUMS))
    write_board_workbook(folder / "board.xlsx", board_report())
    member = ALLOWANCES.members[samples.FREIBERG]
    write_form(folder / "form.xlsx", Form(ALLOWANCES, member, "2025-03", ReturnKind.FIRST, {}))
    (payout,) = write_payout_lists(PAID, ALLOWANCES, "2025-02", ON, folder)
    return [*(folder / f"{name}.xlsx" for name in (*letters, "overview", "board", "form")), payout]


def write_pdfs(folder: Path) -> list[Path]:
    """PDFs: reading copies of an invoice, a credit note and a Storno, certificate, report."""
    positions = (Position(LineKind.ALLOWANCE, "2025-02", -20_00), Position(LineKind.ALLOWANCE, "2025-03", 432_50))
    invoice = Invoice(
        ALLOWANCES, ALLOWANCES.members[samples.DOEBELN], "2025-03", "AGH-2025-0007", date(2025, 4, 14), date(2025, 5, 14), positions,
        corrects=(), vouchers=(words("Beleg"),),
    )  # fmt: skip
    credit = replace(invoice, positions=positions[:1])
    storno = replace(credit, corrects=(Corrected("AGH-2025-0003", date(2025, 3, 14)),), reversal_reason=REASON)
    paths = []
    for name, each in (("rechnung", invoice), ("gutschrift", credit), ("storno", storno)):
        paths.append(folder / f"{name}.pdf")
        paths[-1].write_bytes(reading_copy(each))
    write_board_pdf(folder / "bericht.pdf", board_report())
    return [*paths, folder / "bericht.pdf", *write_certificates(ENDED[:2], ALLOWANCES, ON, folder)]


def board_report() -> Report:
    """A report to the county with amounts of its one municipality."""
    return report([*VALUES, *OWN_MONEY], audience=COUNTY_READER, terms=PREMIUMS)
