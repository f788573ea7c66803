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
        )
        for (number, cancelled, reason), own in reversals.filter(ags=ags).group_by(key, maintain_order=True)
    ]
    return tuple(sorted(found, key=lambda each: (each.number or "", each.cancelled)))


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
        yield f"Damit war verrechnet: {credits_used(released)}. {undone(reversal.back)}"
    if settled is not None:
        yield _of_the_credit(settled, reversal.back.paid_out_cents, until)
    elif reversal.charged_cents > sum_of(released):
        what = "den Zahlbetrag" if released else "den Betrag"
        yield f"Haben Sie sie schon bezahlt, erhalten Sie {what}{until} zurück; ist sie noch offen, zahlen Sie sie bitte nicht mehr."
        yield from owed_before(reversal.back)
    elif reversal.charged_cents < 0:
        yield f"Haben Sie das Guthaben schon erhalten, zahlen Sie es bitte{until} zurück; sonst entfällt es."


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
