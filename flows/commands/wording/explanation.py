"""The derivation of a case's figures as German text for the terminal, at most 100 columns wide."""

import textwrap
from collections import Counter
from collections.abc import Iterator

from schemas.derivation import Account, Booking, Cell, Derivation, Fact, LawRow, Section, Step, Table
from schemas.derivation_words import conclusion_in_words, guarantee_in_words, state_in_words
from schemas.documents import HASH_LENGTH, NONE
from schemas.law import law_file
from schemas.money import euros
from schemas.months import german_date, german_month
from schemas.references import agh_position
from schemas.results import GERMAN_LINE_KIND, GERMAN_REASON, LineKind, reasons_in_words

WIDTH = 100
_LABEL = 28  # width of the labels of facts
_AMOUNT = 14  # width of a column of amounts
_UNBROKEN = "\N{NO-BREAK SPACE}"


def explanation(derivation: Derivation) -> Iterator[str]:
    """The whole derivation, line by line."""
    text = _Explanation(derivation)
    history, month = derivation.history, german_month(derivation.month)
    title = f"Fall {history.case_id} · {history.municipality} ({history.ags}) · Leistungsmonat {month}"
    yield from (title, "=" * min(len(title), WIDTH))
    yield from _wrapped(state_in_words(history.approved_until, history.draft), 0)
    if derivation.results:
        yield from ("", "Ergebnis")
        for result in derivation.results:
            yield from text.step(result)
    for number, section in enumerate(derivation.sections, start=1):
        yield from ("", f"{number}. {section.title}")
        yield from text.section(section)
    if derivation.accounts:
        yield from ("", f"{len(derivation.sections) + 1}. Abrechnung dieser Beträge")
        for account in derivation.accounts:
            yield from _account(account)
    if derivation.guarantee is not None:
        yield from ("", "Garantie")
        yield from _wrapped(guarantee_in_words(derivation.guarantee, derivation.month), 2)
    yield from text.sources()


class _Explanation:
    """Renders sections and keeps count of the law rows and files that they cite."""

    def __init__(self, derivation: Derivation) -> None:
        self._files = derivation.history.files
        self._shared = [
            name for name, files in Counter(file.name for file in self._files.values()).items() if files > 1
        ]
        self._laws: dict[LawRow, int] = {}
        self._cited: dict[str, None] = {}

    def section(self, section: Section) -> Iterator[str]:
        """The entries of a section."""
        for place, entry in enumerate(section.entries):
            if isinstance(entry, Table):
                yield from _table(entry)
            elif isinstance(entry, Fact):
                if place and _ends_with_a_sum(section.entries[place - 1]):
                    yield ""
                yield from self._fact(entry)
            else:
                if place and (entry.parts or _ends_with_a_sum(section.entries[place - 1])):
                    yield ""
                yield from self.step(entry)

    def step(self, step: Step) -> Iterator[str]:
        """The parts of an amount, each with its own parts in a column before, and what they come to."""
        for part in step.parts:
            yield from self._line(part, 4, WIDTH)
            for piece in part.parts:
                yield from self._line(piece, 8, WIDTH - _AMOUNT - 2)
        if step.parts:
            yield " " * (WIDTH - _AMOUNT) + "-" * _AMOUNT
        yield from self._line(step, 2, WIDTH, "= " if step.parts else "")

    def _line(self, step: Step, indent: int, right: int, sign: str = "") -> Iterator[str]:
        """Label, formula and citations of an amount on the left, the amount at the right edge of its column."""
        amount = NONE if step.cents is None else euros(step.cents)
        text = f"{sign}{step.label}{': ' if step.formula else ''}{step.formula}{self._numbers(step.laws)}"
        lines = _wrapped(text, indent, indent + 2, right - _AMOUNT - 2)
        yield next(lines).ljust(right - _AMOUNT) + amount.rjust(_AMOUNT)
        yield from lines
        yield from self._places(step.cells, indent + 2)

    def _fact(self, fact: Fact) -> Iterator[str]:
        """A label and what is known; for a condition, whether it is met and why not."""
        verdict = "" if fact.met is None else "erfüllt: " if fact.met else "NICHT ERFÜLLT: "
        reason = "" if fact.reason is None else f". {GERMAN_REASON[fact.reason]}"
        text = f"{verdict}{fact.value}{reason}{self._numbers(fact.laws)}"
        label = f"  {fact.label}".ljust(_LABEL) + " "
        if len(label) > _LABEL + 1:
            yield label.rstrip()
            label = " " * (_LABEL + 1)
        lines = _wrapped(text, _LABEL + 1)
        yield label + next(lines).lstrip()
        yield from lines
        yield from self._places(fact.cells, _LABEL + 1)

    def _numbers(self, laws: tuple[LawRow, ...]) -> str:
        """The numbers under which the law rows are cited."""
        numbers = sorted(self._laws.setdefault(law, len(self._laws) + 1) for law in laws)
        return f" [{', '.join(map(str, numbers))}]" if numbers else ""

    def _places(self, cells: tuple[Cell, ...], indent: int) -> Iterator[str]:
        """The cells, those of one sheet together."""
        by_sheet: dict[tuple[str, str], list[str]] = {}
        for cell in cells:
            self._cited[cell.sha256] = None
            by_sheet.setdefault((cell.sha256, cell.sheet), []).append(cell.address)
        for (sha256, sheet), addresses in by_sheet.items():
            file = self._files[sha256]
            which = f" (Meldung für {german_month(file.month)})" if file.name in self._shared else ""
            yield from _wrapped(f"→ {sheet}!{', '.join(addresses)} in {file.name}{which}", indent, indent + 2)

    def sources(self) -> Iterator[str]:
        """The law rows and the received files that were cited."""
        if self._laws:
            yield from ("", "Rechtsquellen")
        for law, number in self._laws.items():
            key = f", {law.key}" if law.key else ""
            valid = f"ab {german_date(law.valid_from)}" + (f" bis {german_date(law.valid_to)}" if law.valid_to else "")
            text = f"{law.title}{key}, gültig {valid}: {law.source} ({law_file(law.table, law.source)})"
            yield from _wrapped(f"[{number}]".ljust(5) + text, 2, 7)
        if self._cited:
            yield from ("", "Meldungen")
        for file in map(self._files.__getitem__, self._cited):
            state = "freigegeben" if file.approved else "Entwurf"
            run = f"abgerechnet mit {german_month(file.settled_in)} ({state})"
            text = f"{file.name}: Meldung für {german_month(file.month)}, {run}, SHA-256 {file.sha256[:HASH_LENGTH]}…"
            yield from _wrapped(text, 2, 4)


def _ends_with_a_sum(entry: Fact | Step | Table) -> bool:
    return isinstance(entry, Table) or (isinstance(entry, Step) and bool(entry.parts))


def _account(account: Account) -> Iterator[str]:
    """What every run settled for a line, and whether today's amount is settled by it."""
    position = agh_position(account.kind, account.reference)
    reference = f" {position[0]} ab {german_date(position[1])}" if position else ""
    yield f"  {GERMAN_LINE_KIND[LineKind(account.kind)]}{reference}"
    if account.bookings:
        headings = ("Abgerechnet mit", "Stand", "Beleg", "Abzurechnen", "bereits\nabgerechnet", "Betrag")
        yield from _table(Table(headings, tuple(map(_booking, account.bookings)), words=3), 4)
        for reason in dict.fromkeys(reasons_in_words(list(booking.reasons)) for booking in account.bookings):
            yield from _wrapped(reason, 4)
        for settled_in, cause in account.causes:
            yield from _wrapped(f"Mit {german_month(settled_in)} neu abgerechnet. {cause}", 4, 6)
    yield from _wrapped(conclusion_in_words(account), 4)


def _booking(booking: Booking) -> tuple[str | int | None, ...]:
    return (
        booking.settled_with,
        "freigegeben" if booking.approved else "Entwurf",
        booking.number,
        booking.computed_cents,
        booking.posted_before_cents,
        booking.delta_cents,
    )


def _table(table: Table, indent: int = 2) -> Iterator[str]:
    """Columns as wide as their widest entry, words aligned left, figures right."""
    headings = [["", *heading.split("\n")][-2:] for heading in table.headings]
    rows = [[_entry(entry) for entry in row] for row in table.rows]
    widths = [
        max(len(text) for text in (*heading, *(row[place] for row in rows))) for place, heading in enumerate(headings)
    ]
    yield " " * indent + "Beträge in Euro"
    for line in zip(*headings, strict=True):
        yield _row(list(line), widths, table.words, indent)
    yield " " * indent + "  ".join("-" * width for width in widths)
    for row in rows:
        yield _row(row, widths, table.words, indent)


def _row(texts: list[str], widths: list[int], words: int, indent: int) -> str:
    cells = [
        text.ljust(width) if place < words else text.rjust(width)
        for place, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    return (" " * indent + "  ".join(cells)).rstrip()


def _entry(entry: str | int | None) -> str:
    if entry is None:
        return NONE
    return euros(entry).removesuffix(" €") if isinstance(entry, int) else entry


def _wrapped(text: str, indent: int, hanging: int | None = None, right: int = WIDTH) -> Iterator[str]:
    """The text in lines up to the right edge; an amount stays with its unit, a cell with its sheet."""
    kept = text.replace(" €", f"{_UNBROKEN}€").replace(" %", f"{_UNBROKEN}%").replace("§ ", f"§{_UNBROKEN}")
    lines = textwrap.wrap(
        kept,
        right,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return (line.replace(_UNBROKEN, " ") for line in lines)
