"""What the letter of a statement says: what is settled, what is to be done, and what differs from the month before."""

from collections.abc import Iterator

from flows.emit.statement.neutrality import NEUTRALITY
from flows.emit.statement.positions import CORRECTIONS, EVIDENCE
from flows.emit.wording.closed_years import closed_year_sentences
from flows.emit.wording.differences import Change, changes, headlines_of
from flows.emit.wording.lines import Line
from flows.emit.wording.offsets import credit_named
from flows.emit.wording.reversals import concerned, full_sentence, reversal_sentences
from flows.emit.wording.words import GUARANTEE_OF_CASES, return_sentence, succession
from schemas.changed import WhatChanged
from schemas.documents import DocumentKind, ReturnState, Statement
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.results import Cause, LineKind, reasons_in_words

_MANUAL_NAMED = 3  # so many manual lines are told one by one
_CHANGES_NAMED = 3  # so many changed inputs are told in the letter; the sheet tells all
_ACCOUNT_UNKNOWN = "Für die Überweisung brauchen wir noch Ihre Bankverbindung."
_SEE_BELOW = "was aus dem Storno folgt, steht unten."


def paragraphs(statement: Statement, lines: list[Line]) -> Iterator[str]:
    """Salutation, what is settled and what to do, then what the reader must know: one story, whatever comes together."""
    month, state = german_month(statement.month), statement.return_state
    settled = f"wir haben den Monat {month} {'vorläufig ' if statement.draft else ''}mit Ihnen abgerechnet."
    yield "Sehr geehrte Damen und Herren,"
    if statement.kind is DocumentKind.INVOICE and statement.draft:
        yield f"{settled} Nach dem jetzigen Stand ergibt sich der unten genannte Betrag zulasten Ihrer Kommune."
    elif statement.kind is DocumentKind.INVOICE and statement.covered:
        yield f"{settled} Der unten genannte Betrag ist durch Ihr Guthaben ausgeglichen; Sie brauchen nichts zu zahlen."
    elif statement.kind is DocumentKind.INVOICE:
        until = f"bis zum {german_date(statement.due_date)} " if statement.due_date else ""
        yield f"{settled} Bitte überweisen Sie den unten genannten Betrag {until}unter Angabe des Verwendungszwecks."
    elif statement.kind is DocumentKind.CREDIT_NOTE:
        nothing = "" if repays(statement) else "; Sie brauchen nichts zu zahlen"
        yield f"{settled} Es ergibt sich ein Guthaben zugunsten Ihrer Kommune{nothing}. {_paid_out(statement)}"
    elif statement.kind is DocumentKind.STATEMENT:
        balanced = "Die Beträge gleichen sich aus. " if any(line.delta_cents for line in lines) else ""
        nothing = (
            f"Aus dieser Abrechnung ist nichts zu zahlen und nichts zu erstatten; {_SEE_BELOW}"
            if repays(statement)
            else "Es ist nichts zu zahlen und nichts zu erstatten."
        )
        yield f"{settled} {balanced}{nothing}"
    elif repays(statement):
        yield f"für den Monat {month} ist zwischen Ihrer Kommune und dem Kreis {'nichts' if state is ReturnState.ACCEPTED else 'bisher nichts'} abzurechnen; {_SEE_BELOW}"
    elif state is ReturnState.ACCEPTED:
        yield f"für den Monat {month} ist zwischen Ihrer Kommune und dem Kreis nichts abzurechnen. Diese Mitteilung dient nur Ihrer Kenntnis; zu zahlen ist nichts."
    else:
        yield f"für den Monat {month} ist zwischen Ihrer Kommune und dem Kreis bisher nichts abzurechnen; zu zahlen ist nichts."
    if statement.recipient != statement.municipality:
        yield succession(statement.municipality, "Ihre Kommune")
    yield from _set_off(statement)
    if any(_begins(line, statement) for line in lines):
        yield "Die Abrechnung enthält die vereinbarte Anschubfinanzierung, die einmalig fällig wird."
    yield from _made_good(statement, lines)
    yield from _ordered_by_hand(lines)
    due = statement.programme.accounting.due_date(statement.document_date) if statement.document_date else None
    for reversal in statement.reversals:
        anew = any((line.kind, line.service_month) in reversal.parts for line in lines)
        yield " ".join(reversal_sentences(reversal, anew, due))
    yield from _earlier_months(changes(statement.corrections, lines, statement.month), statement.changed)
    yield from closed_year_sentences(statement)
    if state is not ReturnState.ACCEPTED:
        yield return_sentence(state, statement.month)


def _paid_out(statement: Statement) -> str:
    """What becomes of a credit."""
    if statement.offsets is not None and statement.offsets.waiting_cents:
        return "Wir verrechnen es mit Ihrer nächsten Rechnung; überwiesen wird es nicht."
    until = f" bis zum {german_date(statement.due_date)}" if statement.due_date else ""
    transfer = "Wir überweisen es nach der Freigabe" if statement.draft else f"Wir überweisen es{until}"
    if statement.recipient.iban:
        return f"{transfer} auf das unten genannte Konto."
    return _ACCOUNT_UNKNOWN


def _set_off(statement: Statement) -> Iterator[str]:
    """Which earlier credits are set against the invoice, what stays of them, and what is paid out in the end."""
    if statement.offsets is None:
        return
    if statement.offsets.used:
        used = ", ".join(
            f"aus der {credit_named(each)} mit {euros(each.amount_cents)}" for each in statement.offsets.used
        )
        left = sum(each.left_cents for each in statement.offsets.used if not _is_paid_out(statement, each.number))
        rest = f" Davon bleiben {euros(left)}, die wir mit der folgenden Rechnung verrechnen." if left else ""
        yield f"Verrechnet ist Ihr Guthaben {used}.{rest}"
    for each in statement.offsets.paid_out:
        yield f"Ihr Guthaben aus der {credit_named(each)} überweisen wir Ihnen mit {euros(each.amount_cents)}, denn eine weitere Rechnung folgt nicht."
    if statement.offsets.paid_out and not statement.recipient.iban:
        yield _ACCOUNT_UNKNOWN


def _is_paid_out(statement: Statement, credit: str) -> bool:
    return statement.offsets is not None and any(each.number == credit for each in statement.offsets.paid_out)


def _made_good(statement: Statement, lines: list[Line]) -> Iterator[str]:
    """What of the premiums is made good, or charged again; or that nothing of the kind was agreed on."""
    made_good = sum(line.delta_cents for line in lines if line.kind == LineKind.NEUTRALITY)
    if made_good:
        side = "zulasten" if made_good > 0 else "zugunsten"
        yield f"Enthalten ist ein Ausgleich zur Kostenneutralität über {euros(abs(made_good))} {side} Ihrer Kommune (Blatt „{NEUTRALITY}“)."
    if statement.programme.premium and not statement.programme.made_good:
        yield GUARANTEE_OF_CASES


def repays(statement: Statement) -> bool:
    """Whether money may have to go back for a reversed document, whatever the statement itself comes to."""
    return any(reversal.charged_cents for reversal in statement.reversals)


def _begins(line: Line, statement: Statement) -> bool:
    """Whether a line charges the start-up contribution for the first time: not a difference, and not anew after a Storno."""
    first = line.kind == LineKind.START_UP and line.delta_cents != 0 and line.posted_before_cents == 0
    return first and not concerned(statement.reversals, line.kind, line.service_month)


def _earlier_months(found: list[Change], changed: WhatChanged) -> Iterator[str]:
    """What is settled of earlier months beyond reversals, which are told by themselves: late returns, and what changed."""
    late = sorted({change.service_month for change in found if change.cause is Cause.LATE_RETURN})
    if late:
        which = "ist auch Ihre Nachmeldung" if len(late) == 1 else "sind auch Ihre Nachmeldungen"
        yield f"Enthalten {which} für {', '.join(map(german_month, late))} (Blatt „{CORRECTIONS}“)."
    told = headlines_of(found, changed)
    if told:
        first, among = "; ".join(told[:_CHANGES_NAMED]), " unter anderem" if len(told) > _CHANGES_NAMED else ""
        yield f"Frühere Monate werden dabei berichtigt. Geändert hat sich{among}: {first} (Zellen und Beträge auf dem Blatt „{CORRECTIONS}“)."
    elif any(change.cause not in (Cause.LATE_RETURN, Cause.CANCELLATION) for change in found):
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
