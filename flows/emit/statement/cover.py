"""Sheet `Anschreiben` of a statement: the letter to the municipality, on one page."""

from collections.abc import Iterator

from flows.emit.statement.positions import CORRECTIONS, DELTA_COLUMN, EVIDENCE, POSITIONS, Places, current_kind_sum
from flows.emit.wording.differences import EARLIER, Change, changes
from flows.emit.wording.lines import Line
from flows.emit.wording.reversals import concerned, full_sentence, reversal_named, reversal_sentences
from flows.emit.wording.words import DRAFT, iban_in_groups, return_sentence, succession
from flows.emit.xlsx.workbook import Book, Sheet, cell
from schemas.documents import GERMAN_DOCUMENT_KIND, DocumentKind, ReturnState, Statement
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.results import GERMAN_LINE_KIND_IN_FULL, Cause, LineKind, reasons_in_words

COVER = "Anschreiben"
_WIDTHS = (31.0, 20.0, 15.0, 28.0)
_LABEL, _VALUE, _SIDE_LABEL, _SIDE_VALUE = range(4)
_LAST = len(_WIDTHS) - 1
_FACT_HEIGHT, _SECTION_HEIGHT = 16.0, 18.0
_MANUAL_NAMED = 3  # so many manual lines are told one by one
_AT_APPROVAL = "wird mit der Freigabe vergeben"
_SEE_BELOW = "was aus dem Storno folgt, steht unten."


def cover_sheet(book: Book) -> Sheet:
    """The first sheet, still empty: it can only be written when the places of the totals are known."""
    sheet = book.sheet(COVER, _WIDTHS)
    sheet.set_up(landscape=False, one_page=True)
    return sheet


def write_cover(book: Book, sheet: Sheet, statement: Statement, lines: list[Line], places: Places | None) -> None:
    """Letterhead, address, what kind of document this is, amount and payment, composition, confirmation."""
    row = 0
    if statement.draft:
        row = (
            sheet.prose(row, f"{DRAFT} – noch nicht freigegeben. Bitte noch nicht zahlen und nicht buchen.", "draft")
            + 1
        )
    row = _write_head(sheet, statement, row)
    row = _write_subject(sheet, statement, row)
    for paragraph in _paragraphs(statement, lines):
        row = sheet.prose(row, paragraph)
    row = _write_facts(book, sheet, statement, row, lines, places)
    if places is not None:
        row = _write_composition(sheet, statement, row, lines, places)
    if statement.reversals:
        row = _write_reversals(book, sheet, statement, row, places)
    row = _write_close(sheet, statement, row)
    if any(line.delta_cents for line in lines) and not statement.draft:
        _write_confirmation(sheet, row)


def _write_head(sheet: Sheet, statement: Statement, row: int) -> int:
    county, address = statement.programme.programme.county, statement.programme.accounting.county_address
    member = statement.recipient
    sheet.text(row, 0, county, "letterhead")
    sheet.height(row, 24)
    sheet.text(row + 1, 0, f"{address.street} · {address.postcode} {address.city}", "muted")
    row += 3
    dated = german_date(statement.document_date) if statement.document_date else "folgt mit der Freigabe"
    left = (member.name, member.street, f"{member.postcode} {member.city}", "")
    right = (("Auskunft", address.contact), ("Telefon", address.phone), ("E-Mail", address.email), ("Datum", dated))
    for offset, (line, (label, value)) in enumerate(zip(left, right, strict=True)):
        if line:
            sheet.text(row + offset, 0, line, "bold" if offset == 0 else "plain")
        sheet.text(row + offset, _SIDE_LABEL, label, "muted")
        sheet.text(row + offset, _SIDE_VALUE, value, "plain")
    return row + len(left) + 1


def _write_subject(sheet: Sheet, statement: Statement, row: int) -> int:
    kind = GERMAN_DOCUMENT_KIND[statement.kind]
    number = f" {statement.number}" if statement.number else ""
    sheet.text(
        row, 0, f"{kind}{number} für {german_month(statement.month)}", "title_draft" if statement.draft else "title"
    )
    sheet.height(row, 21)
    sheet.text(row + 1, 0, statement.programme.programme.title, "muted")
    return row + 3


def _paragraphs(statement: Statement, lines: list[Line]) -> Iterator[str]:
    month, state = german_month(statement.month), statement.return_state
    settled = f"wir haben den Monat {month} {'vorläufig ' if statement.draft else ''}mit Ihnen abgerechnet."
    yield "Sehr geehrte Damen und Herren,"
    if statement.recipient != statement.municipality:
        yield succession(statement.municipality)
    if statement.kind is DocumentKind.INVOICE and statement.draft:
        yield f"{settled} Nach dem jetzigen Stand ergibt sich der unten genannte Betrag zulasten Ihrer Kommune."
    elif statement.kind is DocumentKind.INVOICE:
        until = f"bis zum {german_date(statement.due_date)} " if statement.due_date else ""
        yield f"{settled} Bitte überweisen Sie den unten genannten Betrag {until}unter Angabe des Verwendungszwecks."
    elif statement.kind is DocumentKind.CREDIT_NOTE:
        transfer = "Wir überweisen es nach der Freigabe" if statement.draft else "Wir überweisen es"
        known = (
            f"{transfer} auf das unten genannte Konto."
            if statement.recipient.iban
            else "Für die Überweisung brauchen wir noch Ihre Bankverbindung."
        )
        nothing = "" if _repays(statement) else "; Sie brauchen nichts zu zahlen"
        yield f"{settled} Es ergibt sich ein Guthaben zugunsten Ihrer Kommune{nothing}. {known}"
    elif statement.kind is DocumentKind.STATEMENT:
        balanced = "Die Beträge gleichen sich aus. " if any(line.delta_cents for line in lines) else ""
        nothing = (
            f"Aus dieser Abrechnung ist nichts zu zahlen und nichts zu erstatten; {_SEE_BELOW}"
            if _repays(statement)
            else "Es ist nichts zu zahlen und nichts zu erstatten."
        )
        yield f"{settled} {balanced}{nothing}"
    elif _repays(statement):
        yield f"für den Monat {month} ist zwischen Ihrer Kommune und dem Kreis {'nichts' if state is ReturnState.ACCEPTED else 'bisher nichts'} abzurechnen; {_SEE_BELOW}"
    elif state is ReturnState.ACCEPTED:
        yield f"für den Monat {month} ist zwischen Ihrer Kommune und dem Kreis nichts abzurechnen. Diese Mitteilung dient nur Ihrer Kenntnis; zu zahlen ist nichts."
    else:
        yield f"für den Monat {month} ist zwischen Ihrer Kommune und dem Kreis bisher nichts abzurechnen; zu zahlen ist nichts."
    if any(_begins(line, statement) for line in lines):
        yield "Die Abrechnung enthält die vereinbarte Anschubfinanzierung, die einmalig fällig wird."
    yield from _ordered_by_hand(lines)
    due = statement.programme.accounting.due_date(statement.document_date) if statement.document_date else None
    for reversal in statement.reversals:
        anew = any((line.kind, line.service_month) in reversal.parts for line in lines)
        yield " ".join(reversal_sentences(reversal, anew, due))
    yield from _earlier_months(changes(statement.corrections, lines, statement.month))
    if state is not ReturnState.ACCEPTED:
        yield return_sentence(state, month)


def _repays(statement: Statement) -> bool:
    """Whether money may have to go back for a reversed document, whatever the statement itself comes to."""
    return any(reversal.charged_cents for reversal in statement.reversals)


def _begins(line: Line, statement: Statement) -> bool:
    """Whether a line charges the start-up contribution for the first time: not a difference, and not anew after a Storno."""
    first = line.kind == LineKind.START_UP and line.delta_cents != 0 and line.posted_before_cents == 0
    return first and not concerned(statement.reversals, line.kind, line.service_month)


def _earlier_months(found: list[Change]) -> Iterator[str]:
    """What is settled of earlier months beyond reversals, which are told by themselves: late returns, and what changed."""
    late = sorted({change.service_month for change in found if change.cause is Cause.LATE_RETURN})
    if late:
        which = "ist auch Ihre Nachmeldung" if len(late) == 1 else "sind auch Ihre Nachmeldungen"
        yield f"Enthalten {which} für {', '.join(map(german_month, late))} (Blatt „{CORRECTIONS}“)."
    if any(change.cause not in (Cause.LATE_RETURN, Cause.CANCELLATION) for change in found):
        yield f"Frühere Monate werden dabei berichtigt; was sich warum geändert hat, steht auf dem Blatt „{CORRECTIONS}“."


def _ordered_by_hand(lines: list[Line]) -> Iterator[str]:
    """Every manual line with amount, voucher and reason; where there are many, their sum and where the reasons stand."""
    manual = [line for line in lines if line.kind == LineKind.ADJUSTMENT and line.delta_cents]
    if len(manual) > _MANUAL_NAMED:
        total = euros(sum(line.delta_cents for line in manual))
        yield f"Enthalten sind {len(manual)} manuelle Buchungen über zusammen {total}; Beleg und Grund stehen auf dem Blatt „{EVIDENCE}“."
        return
    for line in manual:
        side = "zulasten" if line.delta_cents > 0 else "zugunsten"
        told = f"Enthalten ist eine manuelle Buchung über {euros(abs(line.delta_cents))} {side} Ihrer Kommune ({german_month(line.service_month)}, Beleg {line.reference})."
        yield f"{told} Grund: {full_sentence(reasons_in_words(line.reason))}" if line.reason else told


def _write_facts(
    book: Book, sheet: Sheet, statement: Statement, row: int, lines: list[Line], places: Places | None
) -> int:
    credit = statement.kind is DocumentKind.CREDIT_NOTE
    title = "Guthaben" if credit else "Zu zahlen"
    if _repays(statement) and statement.total_cents == 0:
        title = "Betrag der Abrechnung"
    elif statement.draft:
        title = "Guthaben voraussichtlich" if credit else "Voraussichtlich zu zahlen"
    amount = -statement.total_cents if credit else statement.total_cents
    row += 1
    _row_of(sheet, row, title, "key_fact")
    if places is None:
        sheet.money(row, _VALUE, amount, "key_fact_money")
    else:
        total = f"={'-' if credit else ''}{POSITIONS}!{cell(places.total, DELTA_COLUMN)}"
        sheet.live_money(row, _VALUE, total, amount, "key_fact_money")
    sheet.height(row, 22)
    book.name("Zahlbetrag", COVER, row, _VALUE)
    row += 1
    for label, value in _facts(statement, lines):
        _row_of(sheet, row, label, "fact")
        sheet.text(row, _VALUE, value, "fact")
        sheet.height(row, _FACT_HEIGHT)
        row += 1
    return row


def _facts(statement: Statement, lines: list[Line]) -> Iterator[tuple[str, str]]:
    member = statement.recipient
    kind = statement.kind
    if kind is not DocumentKind.NIL:
        yield "Dokumentnummer", statement.number or f"{DRAFT} ({_AT_APPROVAL})"
    yield "Abrechnungsmonat", german_month(statement.month)
    if lines:
        yield "Leistungsmonate", _service_months(lines)
    if kind is DocumentKind.INVOICE:
        days = statement.programme.accounting.payment_days
        yield (
            "Fällig am",
            german_date(statement.due_date) if statement.due_date else f"{days} Tage nach dem Datum der Freigabe",
        )
        yield "Zahlungsempfänger", statement.programme.programme.county
        yield "IBAN", iban_in_groups(statement.programme.accounting.county_iban)
        yield "Verwendungszweck", f"{statement.number} {member.debtor}" if statement.number else _AT_APPROVAL
    if kind is DocumentKind.CREDIT_NOTE:
        if statement.due_date:
            yield "Auszahlung bis", german_date(statement.due_date)
        yield "Auszahlung an", member.name
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
        yield "Abgerechnet für", f"{statement.municipality.name} (AGS {statement.municipality.ags})"
    yield "Leitweg-ID", member.buyer_reference


def _service_months(lines: list[Line]) -> str:
    first, last = lines[0].service_month, lines[-1].service_month
    return german_month(first) if first == last else f"{german_month(first)} bis {german_month(last)}"


def _row_of(sheet: Sheet, row: int, label: str, style: str) -> None:
    """A line with its label; the value follows and may run to the right edge."""
    sheet.text(row, _LABEL, label, style if style == "key_fact" else "fact_label")
    sheet.blank(row, range(_VALUE, _LAST + 1), style)


def _write_composition(sheet: Sheet, statement: Statement, row: int, lines: list[Line], places: Places) -> int:
    """What the amount is made of: the month's kinds, the corrections of earlier months, their sum."""
    row += 1
    sheet.blank(row, range(1, _LAST), "section")
    sheet.text(row, 0, f"So setzt sich der Betrag zusammen ({german_month(statement.month)})", "section")
    sheet.text(row, _LAST, "Betrag", "section_right")
    sheet.height(row, _SECTION_HEIGHT)
    row += 1
    first = row
    own = [line for line in lines if line.service_month == statement.month]
    for kind in _kinds(statement, own):
        amount = sum(line.delta_cents for line in own if line.kind == kind)
        sheet.blank(row, range(1, _LAST), "fact")
        sheet.text(row, 0, GERMAN_LINE_KIND_IN_FULL[kind], "fact")
        if places.current:
            sheet.live_money(row, _LAST, current_kind_sum(places, kind), amount, "fact_right")
        else:
            sheet.money(row, _LAST, 0, "fact_right")
        sheet.height(row, _FACT_HEIGHT)
        row += 1
    sheet.blank(row, range(1, _LAST), "fact")
    sheet.text(row, 0, EARLIER, "fact")
    if places.earlier is None:
        sheet.money(row, _LAST, 0, "fact_right")
    else:
        earlier = statement.total_cents - sum(line.delta_cents for line in own)
        sheet.live_money(row, _LAST, f"={POSITIONS}!{cell(places.earlier, DELTA_COLUMN)}", earlier, "fact_right")
    sheet.height(row, _FACT_HEIGHT)
    row += 1
    sheet.blank(row, range(1, _LAST), "key_fact")
    sheet.text(row, 0, "Gesamtbetrag", "key_fact")
    sheet.live_money(
        row, _LAST, f"=SUM({cell(first, _LAST)}:{cell(row - 1, _LAST)})", statement.total_cents, "key_fact_right"
    )
    sheet.height(row, 20)
    sheet.text(row + 1, 0, "Plus: zulasten Ihrer Kommune. Minus: zugunsten Ihrer Kommune.", "muted")
    return row + 2


def _write_reversals(book: Book, sheet: Sheet, statement: Statement, row: int, places: Places | None) -> int:
    """What the reversals take back, and what is booked with them: statement and reversals together."""
    row += 1
    sheet.blank(row, range(1, _LAST), "section")
    sheet.text(row, 0, "Stornos, die zugleich gebucht werden", "section")
    sheet.text(row, _LAST, "Betrag", "section_right")
    sheet.height(row, _SECTION_HEIGHT)
    first = row + 1
    for row, reversal in enumerate(statement.reversals, first):
        sheet.blank(row, range(1, _LAST), "fact")
        sheet.text(row, 0, reversal_named(reversal), "fact")
        sheet.money(row, _LAST, -reversal.charged_cents, "fact_right")
        sheet.height(row, _FACT_HEIGHT)
    row += 1
    sheet.blank(row, range(1, _LAST), "key_fact")
    sheet.text(row, 0, "Gesamtbetrag und Stornos zusammen", "key_fact")
    booked = statement.total_cents - sum(reversal.charged_cents for reversal in statement.reversals)
    total = f"{POSITIONS}!{cell(places.total, DELTA_COLUMN)}+" if places else ""
    sheet.live_money(row, _LAST, f"={total}SUM({cell(first, _LAST)}:{cell(row - 1, _LAST)})", booked, "key_fact_right")
    sheet.height(row, 20)
    book.name("Gebucht_mit_Stornos", COVER, row, _LAST)
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
    sheet.blank(row, range(1, _LAST + 1), "section")
    sheet.text(row, 0, "Sachlich und rechnerisch richtig (Vermerk Ihrer Kommune)", "section")
    sheet.height(row, _SECTION_HEIGHT)
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
    return sheet.prose(row, " ".join(sentences), "small_prose")
