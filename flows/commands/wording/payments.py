"""Money in German lines for the person at the keyboard: what came, what it settles, and what is unclear."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from flows.commands.printed import command
from schemas.money import euros
from schemas.months import german_date
from schemas.movements import GERMAN_WHY, Candidate, Movement, Share, StoredMovement, Unclear, Why
from schemas.open_items import GERMAN_ITEM_STATE, ON_ACCOUNT, Item, Money
from schemas.programme.programme import Programme
from schemas.spelling import counted

if TYPE_CHECKING:
    from flows.payments import TakenIn

_TEXT = 70  # so much of a Verwendungszweck is shown


def taken_in(programme: Programme, taken: "TakenIn") -> Iterator[str]:
    """What became of a file, a line for every movement."""
    file = taken.file
    if taken.known is None:
        yield f"{file.name}: schon übernommen; nichts ist doppelt."
        return
    known = f", {taken.known} davon schon aus einer anderen Datei bekannt" if taken.known else ""
    number = len(file.movements) + taken.known
    yield f"{file.name} ({file.form}): {counted(number, 'Umsatz', 'Umsätze')}{known}"
    movements = dict(zip((key for key, _ in taken.matched), file.movements, strict=True))
    certain = [(key, match) for key, match in taken.matched if match.why is not None]
    if certain:
        total = euros(sum(movements[key].amount_cents for key, _ in certain))
        yield f"  Zugeordnet: {counted(len(certain), 'Umsatz', 'Umsätze')} über zusammen {total}"
    for key, match in certain:
        assert match.why is not None
        shares = settled(programme, match.shares, of_cents=movements[key].amount_cents)
        yield f"    {told(key, movements[key])}  → {shares} ({GERMAN_WHY[match.why]})"
    open_ones = [(key, match) for key, match in taken.matched if match.why is None]
    if open_ones:
        total = euros(sum(movements[key].amount_cents for key, _ in open_ones))
        yield f"  Ungeklärt: {counted(len(open_ones), 'Umsatz', 'Umsätze')} über zusammen {total}"
    for key, match in open_ones:
        yield f"    {told(key, movements[key])}  {said(movements[key])}"
        yield f"      {match.doubt}"
        yield from _candidates(programme, match.candidates)
    for each in file.passed_over:
        yield f"  Nicht übernommen: {each}"


def unclear(programme: Programme, entry: Unclear) -> Iterator[str]:
    """An unclear movement, where it stands, and what it may be meant for."""
    stored = entry.stored
    part = "" if not stored.shares else f", davon ungeklärt {euros(stored.open_cents)}"
    yield f"{told(stored.id, stored.movement)}{part}  {said(stored.movement)}"
    yield f"      {stored.file}, {stored.movement.place}"
    yield from _candidates(programme, entry.candidates)


def next_step(movement: int) -> str:
    """How an unclear movement is allocated."""
    given = command("assign", movement, "--to", "NUMMER", "--reason", "GRUND", "--by", "NAME")
    foreign = command("assign", movement, "--foreign", "--reason", "GRUND", "--by", "NAME")
    return f"Weiter: {given}; gehört er nicht zu diesem Programm: {foreign}."


def told(key: int, movement: Movement) -> str:
    """A movement by number, day and amount."""
    return f"Umsatz {key}  {german_date(movement.day)}  {euros(movement.amount_cents):>14}"


def said(movement: Movement) -> str:
    """The other side and its words, cut where they are long."""
    text = movement.text if len(movement.text) <= _TEXT else f"{movement.text[: _TEXT - 1]}…"
    returned = "Rückgabe, " if movement.returned else ""
    return f"{returned}{movement.name or 'ohne Namen'} „{text}“"


def settled(programme: Programme, shares: Sequence[Share], *, of_cents: int) -> str:
    """What shares settle; with amounts where they are not the movement's own."""
    amounts = len(shares) != 1 or shares[0].amount_cents != of_cents
    return "; ".join(_share(programme, share, amounts) for share in shares)


def _share(programme: Programme, share: Share, with_amount: bool) -> str:
    amount = f" {euros(share.amount_cents)}" if with_amount else ""
    if share.ags is None:
        what = "gehört nicht zu diesem Programm" if share.number is None else f"Zahlung {share.number} an den Träger"
        return f"{what}{amount}"
    name = programme.name_of(share.ags)
    return f"{name}: {share.number}{amount}" if share.number else f"{name}, ohne Beleg{amount}"


def released(programme: Programme, stored: Sequence[Share]) -> str:
    """What was taken back."""
    return "; ".join(_share(programme, share, with_amount=True) for share in stored)


def assigned(programme: Programme, stored: StoredMovement) -> Iterator[str]:
    """How a movement stands after somebody allocated it."""
    shares = settled(programme, stored.shares, of_cents=stored.movement.amount_cents)
    yield f"Zugeordnet: {told(stored.id, stored.movement)}  → {shares} ({GERMAN_WHY[Why.ASSIGNED]})"
    if stored.open_cents:
        yield f"Ungeklärt bleiben davon {euros(stored.open_cents)}."


def _candidates(programme: Programme, candidates: Sequence[Candidate]) -> Iterator[str]:
    for each in candidates:
        hints = f" ({', '.join(each.hints)})" if each.hints else ""
        yield f"      vielleicht {each.number}, {programme.name_of(each.ags)}, offen {euros(each.open_cents)}{hints}"


def outstanding(programme: Programme, money: Money) -> Iterator[str]:
    """What is open on a day, a line for each document, and the sums."""
    table: list[tuple[str, ...]] = [("Kommune", "Beleg", "fällig am", "Betrag", "gezahlt", "offen", "Tage", "Stand")]
    table += [_item(programme, item) for item in money.items]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    if money.items:
        for row in table:
            cells = [
                text.rjust(width) if 2 < column < 7 else text.ljust(width)
                for column, (text, width) in enumerate(zip(row, widths, strict=True))
            ]
            yield "  ".join(cells).rstrip()
    yield money.sentence


def _item(programme: Programme, item: Item) -> tuple[str, ...]:
    return (
        programme.name_of(item.ags),
        item.number or ON_ACCOUNT,
        german_date(item.open_due) if item.open_due else "–",
        euros(item.amount_cents),
        euros(item.paid_cents),
        euros(item.open_cents),
        str(item.overdue_days or "–"),
        GERMAN_ITEM_STATE[item.state],
    )
