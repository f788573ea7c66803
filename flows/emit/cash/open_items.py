"""What is open and what came: sheets `Offene Posten` and `Umsätze`, and a workbook of both (OUTPUTS section 19)."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flows.emit.wording.words import NONE_EXPLAINED
from flows.emit.xlsx.styles import Page
from flows.emit.xlsx.table import FIRST_TABLE_ROW, Column, Table
from flows.emit.xlsx.workbook import Book, Sheet, day_number, month_number, new_workbook
from schemas.documents import GERMAN_DOCUMENT_KIND, NONE, DocumentKind
from schemas.money import euros, in_euros
from schemas.months import german_date
from schemas.movements import GERMAN_WHY, Candidate, Share, StoredMovement, Unclear
from schemas.open_items import GERMAN_ITEM_STATE, ON_ACCOUNT, Item, ItemState, Money
from schemas.programme.programme import Programme

OPEN_ITEMS, MOVEMENTS = "Offene Posten", "Umsätze"
OPEN_ITEMS_FILE = "open_items.parquet"
_STRIKING = (ItemState.OVERPAID, ItemState.OWED_BACK, ItemState.CLAIMED_BACK)

ITEM_TABLE = Table(
    OPEN_ITEMS,
    Column("ags", "AGS", 10),
    Column("municipality", "Kommune", 30),
    Column("number", "Beleg", 16),
    Column("kind", "Art", 12),
    Column("month", "Abgerechnet\nmit", 13),
    Column("day", "Belegdatum", 11),
    Column("due", "Fällig am", 11),
    Column("state", "Stand", 21),
    Column("amount", "Betrag", 13, True),
    Column("paid", "Gezahlt", 13, True),
    Column("open", "Offen", 13, True),
    Column("overdue", "Tage\nüberfällig", 10, True),
)

MOVEMENT_TABLE = Table(
    MOVEMENTS,
    Column("movement", "Umsatz", 8),
    Column("day", "Gebucht am", 11),
    Column("share", "Betrag", 13, True),
    Column("name", "Von / an", 24),
    Column("text", "Verwendungszweck", 34),
    Column("for", "Wofür", 38),
    Column("why", "Warum", 26),
    Column("file", "Datei", 22),
    Column("place", "Stelle darin", 18),
)


def write_open_items(path: Path, programme: Programme, money: Money) -> None:
    """Both sheets as a workbook of their own."""
    county, day = programme.programme.county, german_date(money.on)
    page = Page(left=f"Offene Posten zum {day} · {county}", right=programme.programme.title)
    title, subject = f"Offene Posten zum {day}", programme.programme.title
    with new_workbook(path, page, title=title, subject=subject, author=county, created=money.on) as book:
        subtitle = f"{subject} · Stichtag {day}"
        write_items_sheet(book, programme, money, subtitle)
        write_movements_sheet(book, programme, money, subtitle)


def write_items_sheet(book: Book, programme: Programme, money: Money, subtitle: str) -> None:
    """A row for each document that leaves something open; sums below."""
    sheet = book.table(ITEM_TABLE, f"Offene Posten zum {german_date(money.on)}", subtitle)
    row = first = FIRST_TABLE_ROW
    for item in money.items:
        _write_item(sheet, row, programme, item)
        row += 1
    if row == first:
        sheet.text(row, 0, "Nichts ist offen.", "plain")
        row += 1
    else:
        sheet.filter(row - 1)
        sheet.result(row, "Summe")
        for column, cents in (
            ("amount", sum(item.amount_cents for item in money.items)),
            ("paid", sum(item.paid_cents for item in money.items)),
            ("open", sum(item.open_cents for item in money.items)),
        ):
            sheet.total(row, column, first, in_euros(cents))
        sheet.name("Summe_offener_Posten", row, "open")
        row += 1
    row = sheet.prose(row + 1, money.sentence, "prose")
    if any(item.offset_cents for item in money.items):
        row = sheet.prose(
            row,
            "„Gezahlt“ enthält, was mit einem anderen Beleg verrechnet ist: Was die Rechnung ausgleicht, gleicht die Gutschrift aus.",
            "small_prose",
        )
    sheet.prose(
        row,
        "Offen = Betrag − Gezahlt; ein Minus bedeutet: zugunsten der Kommune (eine Gutschrift, die noch nicht ausgezahlt ist, oder zu viel "
        "Gezahltes). Gezahlt ist, was die Bank bis zum Stichtag gebucht hat; eine Auszahlung also erst, wenn sie auf dem Kontoauszug steht. "
        f"Ein stornierter Beleg hat den Betrag 0; was auf ihn gezahlt wurde, ist Guthaben, und was von einer stornierten "
        f"Gutschrift ausgezahlt oder verrechnet war, ist mit dem Storno zurückzuzahlen. „{ON_ACCOUNT}“ steht, wo eine Zahlung eine Kommune "
        f"nennt und keinen Beleg. {NONE_EXPLAINED}",
        "small_prose",
    )


def _write_item(sheet: Sheet, row: int, programme: Programme, item: Item) -> None:
    sheet.text(row, "ags", item.ags)
    sheet.text(row, "municipality", programme.name_of(item.ags))
    sheet.text(row, "number", item.number or ON_ACCOUNT)
    sheet.text(row, "kind", _kind(item))
    if item.month is None:
        sheet.text(row, "month", NONE, "body_centre")
    else:
        sheet.number(row, "month", month_number(item.month), "body_month")
    for column, day in (("day", item.day), ("due", item.open_due)):
        if day is None:
            sheet.text(row, column, NONE, "body_centre")
        else:
            sheet.number(row, column, day_number(day), "body_date")
    sheet.money(row, "amount", item.amount_cents)
    sheet.money(row, "paid", item.paid_cents)
    formula = f"={sheet.cell(row, 'amount')}-{sheet.cell(row, 'paid')}"
    sheet.live_money(row, "open", formula, item.open_cents)
    sheet.number(row, "overdue", item.overdue_days)
    marked = item.overdue_days > 0 or item.state in _STRIKING
    sheet.text(row, "state", GERMAN_ITEM_STATE[item.state], "body_warning" if marked else "body")


def _kind(item: Item) -> str:
    if not item.document_cents:
        return NONE
    return GERMAN_DOCUMENT_KIND[DocumentKind.INVOICE if item.document_cents > 0 else DocumentKind.CREDIT_NOTE]


class _Row(NamedTuple):
    """A movement, or a part of it, on the sheet."""

    stored: StoredMovement
    cents: int
    purpose: str
    why: str
    unclear: bool


def write_movements_sheet(book: Book, programme: Programme, money: Money, subtitle: str) -> None:
    """What is unclear first, then what came: a row for each part that settles something."""
    sheet = book.table(MOVEMENT_TABLE, "Umsätze: was ungeklärt ist, und was gekommen und gegangen ist", subtitle)
    rows = list(_rows(programme, money))
    row = first = FIRST_TABLE_ROW
    for each in rows:
        movement = each.stored.movement
        sheet.number(row, "movement", each.stored.id, "body_place")
        sheet.number(row, "day", day_number(movement.day), "body_date")
        sheet.text(row, "name", movement.name or NONE, "body_after")
        sheet.text(row, "text", f"Rückgabe: {movement.text}" if movement.returned else movement.text or NONE)
        sheet.money(row, "share", each.cents)
        sheet.text(row, "for", each.purpose, "body_error" if each.unclear else "body")
        sheet.text(row, "why", each.why)
        sheet.text(row, "file", each.stored.file)
        sheet.text(row, "place", movement.place)
        row += 1
    if row == first:
        sheet.text(row, 0, "Seit dem letzten Monat ist nichts gekommen, und nichts ist ungeklärt.", "plain")
        row += 1
    else:
        sheet.filter(row - 1)
        sheet.result(row, "Summe")
        sheet.total(row, "share", first, in_euros(sum(each.cents for each in rows)))
        sheet.name("Summe_der_Umsätze", row, "share")
        row += 1
    sheet.prose(
        row + 1,
        "Ungeklärtes steht zuerst, mit dem, was es sein könnte; wozu es gehört, sagt der Befehl „assign“ mit der Nummer des Umsatzes. Ein Umsatz "
        "für mehrere Belege hat für jeden eine Zeile. Ein Minus bedeutet: vom Konto des Kreises abgegangen. Datei und Stelle führen zum "
        f"Kontoauszug; die Datei liegt unverändert im Archiv. {NONE_EXPLAINED}",
        "small_prose",
    )


def _rows(programme: Programme, money: Money) -> Iterator[_Row]:
    for entry in money.unclear:
        yield _Row(entry.stored, entry.stored.open_cents, _perhaps(programme, entry), NONE, unclear=True)
    for stored in money.came:
        why = GERMAN_WHY[stored.why] if stored.why else NONE
        if stored.reason:
            why = f"{why} ({stored.done_by}): {stored.reason}"
        for share in stored.shares:
            yield _Row(stored, share.amount_cents, purpose_of(programme, share), why, unclear=False)


def _perhaps(programme: Programme, entry: Unclear) -> str:
    found = "; ".join(_candidate(programme, each) for each in entry.candidates)
    return f"UNGEKLÄRT. Vielleicht {found}" if found else "UNGEKLÄRT"


def _candidate(programme: Programme, candidate: Candidate) -> str:
    return f"{candidate.number} ({programme.name_of(candidate.ags)}, offen {euros(candidate.open_cents)})"


def purpose_of(programme: Programme, share: Share) -> str:
    """What a part of a movement settles."""
    if share.ags is None:
        return f"Träger, {share.number}" if share.number else "gehört nicht zu diesem Programm"
    return f"{share.number or ON_ACCOUNT}, {programme.name_of(share.ags)}"
