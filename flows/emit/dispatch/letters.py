"""The letters of a month: its statement to each municipality, returns back to their senders, the carrier's payment advice."""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from flows.emit.dispatch.advice import account_table, advice
from flows.emit.wording.offsets import WAITS
from flows.emit.wording.reversals import reversal_sentences, reversals_of
from flows.emit.wording.words import contact_line, return_sentence
from schemas.dispatch import Attachment, Letter, LetterKind, Package
from schemas.documents import GERMAN_DOCUMENT_KIND, Correction, DocumentKind, ReturnState, Run, return_states
from schemas.finance import Finance
from schemas.finding_groups import Entry, in_words
from schemas.identifiers import Ags
from schemas.money import euros
from schemas.months import Month, german_date, german_month
from schemas.offsets import OwnOffsets
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme
from schemas.refusal import Refusal

_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]+@[^@\s<>,;:\"()\[\]\\]+")
_READ = {DocumentKind.INVOICE: "der Rechnung", DocumentKind.CREDIT_NOTE: "der Gutschrift"}  # else of a Storno
_CASH = (
    ("Finanzuebersicht-*.xlsx", "Übersicht für die Finanzverwaltung"),
    ("Buchungen-*.csv", "Buchungsliste"),
    ("Zahlungen-*.xml", "Auszahlungen für das Bankprogramm"),
)


def settlement_letters(run: Run, programme: Programme, reversals: pl.DataFrame, folder: Path) -> Iterator[Letter]:
    """To each municipality, or to who receives its documents, what was settled and taken back (finance.REVERSALS).

    `folder`: the month's, as approved.
    """
    states = return_states(run.received, run.month, run.documents["ags"], programme.left(run.month))
    folders = {path.name.partition("-")[0]: path for path in sorted((folder / "Kommunen").glob("*-*"), reverse=True)}
    for document in run.documents.sort("ags").iter_rows(named=True):
        member = programme.members[document["ags"]]
        own = folders.get(member.ags)
        if own is None:
            raise Refusal("documents-changed", month=run.month)
        attachments = tuple(Attachment(path.name, _meaning(path, document), path) for path in sorted(own.iterdir()))
        offsets = run.offsets.of(member.ags)
        back = _taken_back(run, programme, reversals, member.ags)
        yield _settlement(
            run.month, document, offsets, back, member, states[member.ags], programme, own.name, attachments
        )


def _meaning(path: Path, document: dict[str, object]) -> str:
    """What an enclosed document is: the settlement's, or a Storno."""
    own = path.stem == document["number"]
    if path.suffix == ".xlsx":
        return "Abrechnung mit Brief und Nachweisen"
    if path.suffix == ".xml":
        return "E-Rechnung (XRechnung)" if own else "Storno als E-Rechnung (XRechnung)"
    return f"Lesefassung {_READ[DocumentKind(str(document['kind']))] if own else 'des Stornos'}"


def _taken_back(run: Run, programme: Programme, reversals: pl.DataFrame, ags: Ags) -> list[str]:
    """What the letter says of each document that is taken back."""
    due = programme.accounting.due_date(run.document_date) if run.document_date else None
    charged = {*run.lines.filter(ags=ags).select("kind", "service_month").unique().iter_rows()}
    return [
        " ".join(reversal_sentences(each, bool(charged & each.parts), due))
        for each in reversals_of(run, reversals, ags)
    ]


def _settlement(
    month: Month,
    document: dict[str, object],
    offsets: OwnOffsets,
    back: list[str],
    member: Municipality,
    state: ReturnState,
    programme: Programme,
    name: str,
    attachments: tuple[Attachment, ...],
) -> Letter:
    recipient = programme.recipient(member, month)
    kind, number = DocumentKind(str(document["kind"])), document["number"]
    what = GERMAN_DOCUMENT_KIND[kind] + (f" {number}" if number else "")
    of = "" if recipient == member else f" ({member.name})"
    text = [
        "Sehr geehrte Damen und Herren,",
        f"anbei erhalten Sie die Abrechnung für {german_month(month)}{of}: {_amount(document, offsets, kind, what)}",
        *back,
        return_sentence(state, month),
        _enclosed(attachments),
        _closing(programme),
    ]
    subject = f"{programme.programme.title}: Abrechnung {german_month(month)}{of}, {what}"
    return Letter(
        f"{name}.eml",
        LetterKind.SETTLEMENT,
        recipient.name,
        address(recipient.email),
        subject,
        _joined(text),
        attachments,
    )


def _amount(document: dict[str, object], offsets: OwnOffsets, kind: DocumentKind, what: str) -> str:
    total_cents = document["total_cents"]
    assert isinstance(total_cents, int)
    if kind is DocumentKind.NIL:
        return "eine Nullmitteilung zu Ihrer Kenntnis; zu zahlen ist nichts."
    if kind is DocumentKind.STATEMENT:
        return f"{what}. Zu zahlen oder zu erstatten ist nichts."
    due = document["due_date"]
    if offsets.waiting_cents:
        return f"{what} über {euros(-total_cents)}; sie {WAITS}."
    if offsets.used:
        used = f"{what} über {euros(total_cents)}, davon verrechnet {euros(offsets.used_cents)}"
        payable = offsets.payable(total_cents)
        by = f"; zahlbar {euros(payable)} bis zum {german_date(due)}." if due else "; zu zahlen ist nichts."  # type: ignore[arg-type]
        return f"{used}{by}"
    if kind is DocumentKind.CREDIT_NOTE:
        return f"{what} über {euros(-total_cents)}" + (f", Auszahlung bis zum {german_date(due)}." if due else ".")  # type: ignore[arg-type]
    return f"{what} über {euros(total_cents)}" + (f", zahlbar bis zum {german_date(due)}." if due else ".")  # type: ignore[arg-type]


def correction_letter(
    correction: Correction, workbook: bytes, ags: Ags | None, month: Month | None, programme: Programme
) -> Letter:
    """To the sender of a return that is held back: what is wrong, the marked file, by when."""
    member = programme.members.get(ags) if ags else None
    entries = [Entry(*row) for row in correction.findings.select(Entry._fields).iter_rows()]
    of = f" für {german_month(month)}" if month else ""
    attachment = Attachment(correction.name, "Korrekturmappe mit Prüfprotokoll", workbook)
    text = [
        "Sehr geehrte Damen und Herren,",
        f"Ihre Meldung{of} (Datei {correction.file}) konnten wir noch nicht übernehmen: {in_words(entries)}",
        (
            "Die Korrekturmappe in der Anlage zeigt im Blatt „Prüfprotokoll“ jede Stelle, was daran nicht stimmt und wie sie zu berichtigen ist. "
            "Bitte berichtigen Sie die Stellen, speichern Sie die Datei als .xlsx und senden Sie sie uns zurück."
        ),
        correction.reply,  # whom to ask, too
        _greeting(programme),
    ]
    return Letter(
        f"Korrektur-{correction.name.removesuffix('.xlsx')}.eml",
        LetterKind.CORRECTION,
        member.name if member else f"Absender von {correction.file}",
        address(member.email) if member else None,
        f"{programme.programme.title}: Ihre Meldung{of} ist zu berichtigen",
        _joined(text),
        (attachment,),
    )


def carrier_letter(run: Run, programme: Programme, finance: Finance) -> Letter | None:
    """To the carrier, what it is paid and how that came about; none where the programme has no carrier."""
    if programme.carrier is None or finance.account is None:
        return None
    text = [advice(run, programme, finance), _closing(programme)]
    return Letter(
        f"Traeger-{run.month}.eml",
        LetterKind.CARRIER,
        programme.carrier.name,
        None,  # the programme file has no address of the carrier
        f"{programme.programme.title}: Zahlungsavis {german_month(run.month)}",
        _joined(text),
        _carrier_files(run, programme, finance),
    )


def packages(run: Run, programme: Programme, finance: Finance, folder: Path) -> Iterator[Package]:
    """What the cash office and the carrier get, each as one ZIP."""
    found = [(path, meaning) for pattern, meaning in _CASH for path in sorted(folder.glob(pattern))]
    cash = tuple(Attachment(path.name, meaning, path) for path, meaning in found)
    yield Package(f"Kasse-{run.month}.zip", "für die Kasse", cash)
    if programme.carrier is not None and finance.account is not None:
        files = _carrier_files(run, programme, finance)
        yield Package(f"Traeger-{run.month}.zip", f"für den Träger ({programme.carrier.name})", files)


def _carrier_files(run: Run, programme: Programme, finance: Finance) -> tuple[Attachment, ...]:
    text = advice(run, programme, finance).replace("\n", "\r\n").encode("utf-8")
    return (
        Attachment(f"Zahlungsavis-{run.month}.txt", "Zahlungsavis", text),
        Attachment(f"Traegerkonto-{run.month}.csv", "Konto des Trägers seit Beginn", account_table(finance)),
    )


def address(text: str) -> str | None:
    """An e-mail address as the programme file has it; None where it is none.

    >>> address("asyl@dueren.example"), address("folgt noch"), address("a@b.example, c@d.example")
    ('asyl@dueren.example', None, None)
    """
    plain = text.strip()
    return plain if _ADDRESS.fullmatch(plain) and plain.isascii() else None


def _enclosed(attachments: tuple[Attachment, ...]) -> str:
    return "\n".join(["Anlagen:", *(f"- {entry.name}: {entry.meaning}" for entry in attachments)])


def _closing(programme: Programme) -> str:
    return f"Fragen beantwortet: {contact_line(programme)}\n\n{_greeting(programme)}"


def _greeting(programme: Programme) -> str:
    return f"Mit freundlichen Grüßen\n{programme.programme.county}"


def _joined(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"
