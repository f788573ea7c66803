"""Sheet `Anschreiben` of a statement: the letter to the municipality, on paper as large as it is: nothing shrinks to fit."""

from collections.abc import Iterator

from flows.emit.statement.letter import paragraphs, repays
from flows.emit.statement.positions import POSITIONS, TABLE, PositionRows, current_kind_sum
from flows.emit.wording.differences import EARLIER
from flows.emit.wording.lines import Line
from flows.emit.wording.offsets import WAITS, credit_named
from flows.emit.wording.reversals import reversal_named
from flows.emit.wording.words import DRAFT, SETTLED_FOR, agreement_of, iban_in_groups, of_member, seal_in_groups
from flows.emit.xlsx.table import cell
from flows.emit.xlsx.workbook import Book, Sheet
from schemas.documents import GERMAN_DOCUMENT_KIND, DocumentKind, Statement
from schemas.months import german_date, german_month
from schemas.offsets import sum_of
from schemas.results import GERMAN_LINE_KIND_IN_FULL, LineKind

COVER = "Anschreiben"
_WIDTHS = (26.0, 18.0, 12.0, 30.0)  # together the printed width of A4, so that nothing is scaled
_LABEL, _VALUE, _SIDE_LABEL, _SIDE_VALUE = range(4)
_LAST = len(_WIDTHS) - 1
_ALL, _ADDRESS, _TO_THE_EDGE, _TEXT = range(_LAST + 1), range(_SIDE_LABEL), range(_VALUE, _LAST + 1), range(_LAST)
_FACT_HEIGHT, _SECTION_HEIGHT, _TOTAL_HEIGHT = 16.0, 18.0, 20.0
_AT_APPROVAL = "wird mit der Freigabe vergeben"


def cover_sheet(book: Book) -> Sheet:
    """The first sheet, still empty: it can only be written when the rows of the totals are known."""
    sheet = book.sheet(COVER, _WIDTHS)
    sheet.set_up(landscape=False, full_size=True)
    return sheet


def write_cover(sheet: Sheet, statement: Statement, lines: list[Line], position_rows: PositionRows | None) -> None:
    """Letterhead, address, what kind of document this is, amount and payment, composition, confirmation."""
    row = 0
    if statement.draft:
        row = (
            sheet.prose(row, f"{DRAFT} – noch nicht freigegeben. Bitte noch nicht zahlen und nicht buchen.", "draft")
            + 1
        )
    row = _write_head(sheet, statement, row)
    row = _write_subject(sheet, statement, row)
    for paragraph in paragraphs(statement, lines):
        row = sheet.prose(row, paragraph)
    row = _write_facts(sheet, statement, row, lines, position_rows)
    if position_rows is not None:
        row = _write_composition(sheet, statement, row, lines, position_rows)
    if statement.reversals:
        row = _write_reversals(sheet, statement, row, position_rows)
    row = _write_close(sheet, statement, row)
    if any(line.delta_cents for line in lines) and not statement.draft:
        _write_confirmation(sheet, row)


def _write_head(sheet: Sheet, statement: Statement, row: int) -> int:
    county, address = statement.programme.programme.county, statement.programme.accounting.county_address
    member = statement.recipient
    sheet.height(row, 24)
    sheet.across(row, _ALL, county, "letterhead")
    sheet.across(row + 1, _ALL, f"{address.street} · {address.postcode} {address.city}", "muted")
    row += 3
    dated = german_date(statement.document_date) if statement.document_date else "folgt mit der Freigabe"
    left = (member.name, member.street, f"{member.postcode} {member.city}", "")
    right = (("Auskunft", address.contact), ("Telefon", address.phone), ("E-Mail", address.email), ("Datum", dated))
    for offset, (line, (label, value)) in enumerate(zip(left, right, strict=True)):
        if line:
            sheet.across(row + offset, _ADDRESS, line, "bold" if offset == 0 else "plain")
        sheet.text(row + offset, _SIDE_LABEL, label, "muted")
        sheet.across(row + offset, range(_SIDE_VALUE, _LAST + 1), value, "plain")
    return row + len(left) + 1


def _write_subject(sheet: Sheet, statement: Statement, row: int) -> int:
    kind = GERMAN_DOCUMENT_KIND[statement.kind]
    number = f" {statement.number}" if statement.number else ""
    style = "title_draft" if statement.draft else "title"
    sheet.height(row, 21)
    sheet.across(row, _ALL, f"{kind}{number} für {german_month(statement.month)}", style)
    sheet.across(row + 1, _ALL, statement.programme.programme.title, "muted")
    return row + 3


def _write_facts(
    sheet: Sheet, statement: Statement, row: int, lines: list[Line], position_rows: PositionRows | None
) -> int:
    credit = statement.kind is DocumentKind.CREDIT_NOTE
    title = "Guthaben" if credit else "Zu zahlen"
    if repays(statement) and statement.total_cents == 0:
        title = "Betrag der Abrechnung"
    elif statement.draft:
        title = "Guthaben voraussichtlich" if credit else "Voraussichtlich zu zahlen"
    amount = -statement.total_cents if credit else statement.total_cents
    row += 1
    style = "key_fact_money"
    if statement.offsets is not None and statement.offsets.used:
        title, style = "Rechnungsbetrag", "key_fact_right"  # above what is taken off it
    sheet.height(row, 22)
    sheet.across(row, range(_VALUE), title, "key_fact")
    sheet.blank(row, _TO_THE_EDGE, "key_fact")
    if position_rows is None:
        sheet.money(row, _VALUE, amount, style)
    else:
        total = f"={'-' if credit else ''}{POSITIONS}!{TABLE.cell(position_rows.total, 'delta')}"
        sheet.live_money(row, _VALUE, total, amount, style)
    row = _write_payable(sheet, statement, row)
    for label, value in _facts(statement, lines):
        sheet.height(row, _FACT_HEIGHT)
        sheet.text(row, _LABEL, label, "fact_label")
        sheet.across(row, _TO_THE_EDGE, value, "fact")
        row += 1
    return row


def _write_payable(sheet: Sheet, statement: Statement, row: int) -> int:
    """What is set against the invoice above, and what is left to transfer; the next row."""
    used = () if statement.offsets is None else statement.offsets.used
    first = row
    for each in used:
        row += 1
        sheet.height(row, _FACT_HEIGHT)
        sheet.text(row, _LABEL, "Verrechnet", "fact_label")
        sheet.money(row, _VALUE, -each.amount_cents, "fact_right")
        sheet.across(row, range(_SIDE_LABEL, _LAST + 1), credit_named(each), "fact")
    if used:
        row += 1
        sheet.height(row, 22)
        sheet.across(row, range(_VALUE), "Voraussichtlich zu zahlen" if statement.draft else "Zu zahlen", "key_fact")
        sheet.blank(row, _TO_THE_EDGE, "key_fact")
        payable = statement.total_cents - sum_of(used)
        sheet.live_money(row, _VALUE, f"=SUM({cell(first, _VALUE)}:{cell(row - 1, _VALUE)})", payable, "key_fact_right")
    sheet.name("Zahlbetrag", row, _VALUE)
    return row + 1


def _facts(statement: Statement, lines: list[Line]) -> Iterator[tuple[str, str]]:
    member = statement.recipient
    kind = statement.kind
    if kind is not DocumentKind.NIL:
        yield "Dokumentnummer", statement.number or f"{DRAFT} ({_AT_APPROVAL})"
    yield "Abrechnungsmonat", german_month(statement.month)
    if lines:
        yield "Leistungsmonate", _service_months(lines)
    if kind is DocumentKind.INVOICE and not statement.covered:
        accounting = statement.programme.accounting
        moved = " oder am Bankarbeitstag danach" if accounting.bank_days else ""
        later = f"{accounting.payment_days} Tage nach dem Datum der Freigabe{moved}"
        yield "Fällig am", german_date(statement.due_date) if statement.due_date else later
        yield "Zahlungsempfänger", statement.programme.county_holder
        yield "IBAN", iban_in_groups(statement.programme.accounting.county_iban)
        yield "Verwendungszweck", f"{statement.number} {member.debtor}" if statement.number else _AT_APPROVAL
    if kind is DocumentKind.CREDIT_NOTE and statement.offsets is not None and statement.offsets.waiting_cents:
        yield "Verwendung", WAITS
    elif kind is DocumentKind.CREDIT_NOTE:
        if statement.due_date:
            yield "Auszahlung bis", german_date(statement.due_date)
        yield "Auszahlung an", member.holder
        yield (
            "IBAN",
            iban_in_groups(member.iban)
            if member.iban
            else "nicht bekannt; bitte teilen Sie uns Ihre Bankverbindung mit",
        )
        yield "Verwendungszweck", f"{statement.number} {member.debtor}" if statement.number else _AT_APPROVAL
    yield "Personenkonto", member.debtor
    yield "Gemeindeschlüssel (AGS)", member.ags
    if member != statement.municipality:
        yield SETTLED_FOR, of_member(statement.municipality)
    yield "Leitweg-ID", member.buyer_reference
    if statement.programme.programme.agreement is not None:
        yield "Vereinbarung", agreement_of(statement.programme).strip()


def _service_months(lines: list[Line]) -> str:
    first, last = lines[0].service_month, lines[-1].service_month
    return german_month(first) if first == last else f"{german_month(first)} bis {german_month(last)}"


def _head_of(sheet: Sheet, row: int, title: str) -> None:
    """The heading of a list of amounts."""
    sheet.height(row, _SECTION_HEIGHT)
    sheet.across(row, _TEXT, title, "section")
    sheet.text(row, _LAST, "Betrag", "section_right")


def _label_of(sheet: Sheet, row: int, text: str, style: str = "fact") -> None:
    """What the amount at the right is; the row is as high as its text."""
    sheet.height(row, _FACT_HEIGHT if style == "fact" else _TOTAL_HEIGHT)
    sheet.across(row, _TEXT, text, style)


def _write_composition(
    sheet: Sheet, statement: Statement, row: int, lines: list[Line], position_rows: PositionRows
) -> int:
    """What the amount is made of: the month's kinds, the corrections of earlier months, their sum."""
    row += 1
    _head_of(sheet, row, f"So setzt sich der Betrag zusammen ({german_month(statement.month)})")
    row += 1
    first = row
    own = [line for line in lines if line.service_month == statement.month]
    for kind in _kinds(statement, own):
        amount = sum(line.delta_cents for line in own if line.kind == kind)
        _label_of(sheet, row, GERMAN_LINE_KIND_IN_FULL[kind])
        if position_rows.current:
            sheet.live_money(row, _LAST, current_kind_sum(position_rows, kind), amount, "fact_right")
        else:
            sheet.money(row, _LAST, 0, "fact_right")
        row += 1
    _label_of(sheet, row, EARLIER)
    if position_rows.earlier is None:
        sheet.money(row, _LAST, 0, "fact_right")
    else:
        earlier = statement.total_cents - sum(line.delta_cents for line in own)
        sheet.live_money(
            row, _LAST, f"={POSITIONS}!{TABLE.cell(position_rows.earlier, 'delta')}", earlier, "fact_right"
        )
    row += 1
    _label_of(sheet, row, "Gesamtbetrag", "key_fact")
    sheet.live_money(
        row, _LAST, f"=SUM({cell(first, _LAST)}:{cell(row - 1, _LAST)})", statement.total_cents, "key_fact_right"
    )
    sheet.across(row + 1, _ALL, "Plus: zulasten Ihrer Kommune. Minus: zugunsten Ihrer Kommune.", "muted")
    return row + 2


def _write_reversals(sheet: Sheet, statement: Statement, row: int, position_rows: PositionRows | None) -> int:
    """What the reversals take back, and what is booked with them: statement and reversals together."""
    row += 1
    _head_of(sheet, row, "Stornos, die zugleich gebucht werden")
    first = row + 1
    for row, reversal in enumerate(statement.reversals, first):
        _label_of(sheet, row, reversal_named(reversal))
        sheet.money(row, _LAST, -reversal.charged_cents, "fact_right")
    row += 1
    _label_of(sheet, row, "Gesamtbetrag und Stornos zusammen", "key_fact")
    booked = statement.total_cents - sum(reversal.charged_cents for reversal in statement.reversals)
    total = f"{POSITIONS}!{TABLE.cell(position_rows.total, 'delta')}+" if position_rows else ""
    sheet.live_money(row, _LAST, f"={total}SUM({cell(first, _LAST)}:{cell(row - 1, _LAST)})", booked, "key_fact_right")
    sheet.name("Gebucht_mit_Stornos", row, _LAST)
    return row + 1


def _kinds(statement: Statement, own: list[Line]) -> list[LineKind]:
    """The kinds that the programme settles, and those that occur."""
    programme = statement.programme
    settled = {LineKind.ALLOWANCE, LineKind.EXPENSE} if programme.allowance is not None else set()
    settled |= {LineKind.PREMIUM} if programme.premium else set()
    start_up = programme.start_up
    settled |= {LineKind.START_UP} if start_up is not None and start_up.service_month == statement.month else set()
    settled |= {LineKind(line.kind) for line in own}
    return [kind for kind in LineKind if kind in settled]


def _write_confirmation(sheet: Sheet, row: int) -> None:
    """Room for the municipality's own confirmation, which its order to pay, to receive or to rebook an amount needs."""
    row += 1
    sheet.height(row, _SECTION_HEIGHT)
    sheet.across(row, _ALL, "Sachlich und rechnerisch richtig (Vermerk Ihrer Kommune)", "section")
    for labels in (("Produktkonto, Kostenstelle", "Haushaltsjahr"), ("Ort, Datum", "Name, Unterschrift")):
        sheet.height(row + 1, 30)
        for column, last, label in zip((_LABEL, _SIDE_LABEL), (_LABEL, _LAST), labels, strict=True):
            sheet.blank(row + 1, range(column, last + 1), "sign")
            sheet.text(row + 2, column, label, "muted")
        row += 2


def _write_close(sheet: Sheet, statement: Statement, row: int) -> int:
    row = sheet.prose(row + 1, f"Mit freundlichen Grüßen\n{statement.programme.programme.county}")
    what = (
        "Erläuterungen stehen"
        if statement.kind is DocumentKind.NIL
        else "Die einzelnen Positionen, ihre Herkunft und Erläuterungen stehen"
    )
    when = ", sobald es freigegeben ist" if statement.draft else ""
    sentences = [
        f"{what} auf den folgenden Blättern.",
        f"Dieses Schreiben wurde maschinell erstellt und gilt ohne Unterschrift{when}.",
    ]
    if statement.kind in (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE) and not statement.draft:
        sentences.append("Maßgeblich ist die E-Rechnung (XRechnung) gleicher Nummer; diese Mappe erläutert sie.")
    if statement.seal is not None:
        sentences.append(f"Prüfsiegel des Monats: {seal_in_groups(statement.seal)}.")
    return sheet.prose(row, " ".join(sentences), "small_prose")
