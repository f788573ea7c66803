"""What a municipality reads of a document that is taken back: which one, why, with which Storno, and what follows."""

from collections.abc import Iterable, Iterator
from datetime import date

import polars as pl

from flows.emit.wording.offsets import credits_used, owed_before, undone
from schemas.documents import GERMAN_DOCUMENT_KIND, REVERSAL, DocumentKind, Reversal, Run
from schemas.identifiers import Ags
from schemas.money import euros
from schemas.months import Month, german_date
from schemas.offsets import sum_of
from schemas.payments import Came


def reversals_of(run: Run, reversals: pl.DataFrame, ags: Ags) -> tuple[Reversal, ...]:
    """A municipality's documents that the run takes back, in the order of their numbers.

    `reversals` is a finance.REVERSALS frame; when the documents were made tells `run.corrected`.
    """
    if reversals.is_empty():
        return ()
    dates = dict(run.corrected.filter("taken_back").select("number", "document_date").iter_rows())
    key = ("number", "cancelled", "reason")
    found = [
        Reversal(
            number,
            cancelled,
            dates[cancelled],
            reason,
            -int(own["amount_cents"].sum()),
            frozenset(own.select("kind", "service_month").rows()),
            run.offsets.back(cancelled),
            came_for(run, cancelled, -int(own["amount_cents"].sum())),
        )
        for (number, cancelled, reason), own in reversals.filter(ags=ags).group_by(key, maintain_order=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.number or "", each.cancelled)))


def came_for(run: Run, cancelled: str, charged_cents: int) -> Came | None:
    """What is known of the payment of a document that the run takes back; none of a credit, and where nothing is known."""
    if run.came is None or charged_cents <= 0:
        return None
    back = run.offsets.back(cancelled)
    return run.came.for_reversed(cancelled, charged_cents - sum_of(back.released), back)


def concerned(reversals: Iterable[Reversal], kind: str, service_month: Month) -> list[Reversal]:
    """The reversed documents that charged lines of a kind and service month."""
    return [each for each in reversals if (kind, service_month) in each.parts]


def reversed_document(reversal: Reversal) -> str:
    """The reversed document by kind and number."""
    return f"{GERMAN_DOCUMENT_KIND[_kind(reversal)].split()[0]} {reversal.cancelled}"


def reversal_named(reversal: Reversal) -> str:
    """The Storno and what it takes back, as the heading of an amount."""
    return f"{REVERSAL}{f' {reversal.number}' if reversal.number else ''} zu {reversed_document(reversal)}"


def reversal_sentences(reversal: Reversal, anew: bool, due: date | None) -> Iterator[str]:
    """What the letter says of it; `anew`: whether the statement settles something of it anew; `due`: none in a draft."""
    until = f" bis zum {german_date(due)}" if due else ""
    amount = f" über {euros(abs(reversal.charged_cents))}" if reversal.charged_cents else " ohne Zahlbetrag"
    named = f"{reversed_document(reversal)} vom {german_date(reversal.cancelled_on)}{amount}"
    if reversal.number:
        yield f"Unsere {named} haben wir mit dem {REVERSAL} {reversal.number} in voller Höhe zurückgenommen."
    else:
        yield f"Unsere {named} nehmen wir mit der Freigabe in voller Höhe zurück ({REVERSAL})."
    yield f"Grund: {full_sentence(reversal.reason)}"
    if anew:
        yield "Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten."
    else:
        yield "Davon ist nichts neu abzurechnen."
    released, settled = reversal.back.released, reversal.back.settled_cents
    if released:
        yield f"Damit war verrechnet: {credits_used(released)}. {undone(reversal.back, 'dieser Abrechnung')}"
    if settled is not None:
        yield _of_the_credit(settled, reversal.back.paid_out_cents, until)
    elif reversal.charged_cents > 0:
        yield from _of_the_invoice(reversal, until)
    elif reversal.charged_cents < 0:
        yield f"Haben Sie das Guthaben schon erhalten, zahlen Sie es bitte{until} zurück; sonst entfällt es."


def _of_the_invoice(reversal: Reversal, until: str) -> Iterator[str]:
    """What goes back of an invoice: what came for it, where that is known; else it is said on condition that something did."""
    released, came = reversal.back.released, reversal.came
    asked = reversal.charged_cents > sum_of(released)  # else credits had covered it
    named = f"die {reversed_document(reversal)}"
    if came is not None and came.came_cents:
        yield f"{came_in(came, named)}; diesen Betrag erhalten Sie{until} zurück, und ebenso, was Sie seither noch gezahlt haben."
    elif not asked:
        yield f"Haben Sie trotzdem etwas auf sie gezahlt, erhalten Sie es{until} zurück."
    elif came is not None:
        yield f"{came_in(came, named)}: Bitte zahlen Sie sie nicht mehr. Haben Sie sie inzwischen bezahlt, erhalten Sie {_asked(reversal)}{until} zurück."
    else:
        yield f"Haben Sie sie schon bezahlt, erhalten Sie {_asked(reversal)}{until} zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."
        yield from owed_before(reversal.back)


def _asked(reversal: Reversal) -> str:
    return "den Zahlbetrag" if reversal.back.released else "den Betrag"


def came_in(came: Came, document: str, known: str = "") -> str:
    """What came for a reversed invoice, and by the Stornos of credits beside it, up to the newest movement; `known`: what is said of its day."""
    on = " und ".join([document, *(f"das Storno von {number}" for number in came.beside)])
    until = f"{german_date(came.until)}{known}"
    if not came.came_cents:
        return f"Auf {on} ist bis zum {until} nichts eingegangen"
    of = "" if came.came_cents >= came.charged_cents else f" von {euros(came.charged_cents)}"
    return f"Auf {on} sind bis zum {until} {euros(came.came_cents)}{of} eingegangen"


def _of_the_credit(settled_cents: int, paid_out_cents: int, until: str) -> str:
    """Of a credit that was not to be paid out, it is known what was set off; what was paid out, the bank has to have done."""
    set_off, paid = euros(settled_cents - paid_out_cents), euros(paid_out_cents)
    if not settled_cents:
        return "Das Guthaben ist noch nicht verrechnet und entfällt."
    if not paid_out_cents:
        return f"Mit {set_off} ist das Guthaben schon verrechnet; diesen Betrag zahlen Sie bitte{until} zurück."
    if paid_out_cents == settled_cents:
        return f"Haben Sie von dem Guthaben {paid} schon erhalten, zahlen Sie diesen Betrag bitte{until} zurück; sonst entfällt er."
    return f"Mit {set_off} ist das Guthaben schon verrechnet; diesen Betrag zahlen Sie bitte{until} zurück, und ebenso die ausgezahlten {paid}, soweit Sie sie schon erhalten haben."


def reversal_cause(found: list[Reversal]) -> str:
    """Why a position of reversed documents is settled anew."""
    told = [
        f"Die {reversed_document(each)} wurde storniert ({f'{REVERSAL} {each.number}; ' if each.number else ''}Grund: {each.reason.rstrip('.')})."
        for each in found
    ]
    return " ".join([*told, "Die Position wird neu abgerechnet."])


def full_sentence(text: str) -> str:
    """A reason as it was typed, with a full stop where it has none.

    >>> full_sentence("Falsche Anschrift"), full_sentence("Laut Bescheid.")
    ('Falsche Anschrift.', 'Laut Bescheid.')
    """
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _kind(reversal: Reversal) -> DocumentKind:
    if reversal.charged_cents == 0:
        return DocumentKind.STATEMENT
    return DocumentKind.INVOICE if reversal.charged_cents > 0 else DocumentKind.CREDIT_NOTE
