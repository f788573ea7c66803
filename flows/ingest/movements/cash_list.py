"""Movements from the cash office's list, a CSV file in the form of `[receipts]` (PROGRAMME section 19)."""

import csv
import re
from collections.abc import Iterator
from datetime import date

from flows.ingest.movements.keys import Keys, reference_of
from schemas.money import MONEY_LIMIT_CENTS, cents
from schemas.movements import Movement
from schemas.programme.receipts import Receipts
from schemas.refusal import Refusal
from schemas.spelling import visible

_SIDES = {"S": -1, "H": 1, "SOLL": -1, "HABEN": 1}  # as the bank sees the account: Haben came in
_GROUPED = re.compile(r"[+-]?([0-9]{1,3}(?:([.,' ])[0-9]{3}(?:\2[0-9]{3})*)?|[0-9]+)(?:(.)[0-9]{2})?")


def read_cash_list(name: str, content: bytes, iban: str, receipts: Receipts) -> tuple[Movement, ...]:
    """The movements of the list; Refusal that names every row that cannot be taken, with reason and mend."""
    try:
        text = content.decode(receipts.encoding)
        table = list(csv.reader(text.splitlines(), delimiter=receipts.separator, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal(
            "receipts-no-list", file=name, encoding=receipts.encoding, separator=receipts.separator
        ) from error
    headings = [visible(cell) for cell in table[0]] if table else []
    expected = [column.heading for column in receipts.columns]
    missing = [heading for heading in expected if headings.count(heading) != 1]
    if missing:
        raise Refusal("receipts-columns", file=name, missing=missing, found=headings or ["–"])
    rows = [_Row(number, headings, row, receipts) for number, row in enumerate(table[1:], start=2) if any(row)]
    problems = [f"{name}, Zeile {row.number}: {problem}" for row in rows for problem in row.problems(iban)]
    if problems:
        raise Refusal("file-content", problems=problems)
    keys = Keys()
    return tuple(row.movement(keys) for row in rows if row.amount_cents != 0)


class _Row:
    """A row of the list."""

    def __init__(self, number: int, headings: list[str], cells: list[str], receipts: Receipts) -> None:
        self.number = number
        self._width = (len(cells), len(headings))
        self._cells = dict(zip(headings, map(visible, cells), strict=False))
        self._receipts = receipts
        self.amount_cents = self._amount()
        self.day = receipts.day(self._of("day"))

    def _of(self, source: str) -> str:
        headings = (column.heading for column in self._receipts.columns if column.source == source)
        return " ".join(filter(None, (self._cells.get(heading, "") for heading in headings)))

    def _amount(self) -> int | None:
        """In cents, with the sign of the column for debit and credit where there is one; None where it is none."""
        text, point = self._of("amount"), self._receipts.decimal_separator
        match = _GROUPED.fullmatch(text)
        if match is None or match[3] not in (None, point) or match[2] == point:
            return None
        grouped = "" if match[2] is None else match[2]
        plain = text.replace(grouped, "") if grouped else text
        value = cents(plain.replace(point, ".").removeprefix("+"))
        side = self._side()
        if side is not None:
            value = abs(value) * side
        return value if abs(value) <= MONEY_LIMIT_CENTS * 100 else None

    def _side(self) -> int | None:
        return _SIDES.get(self._of("debit_credit").upper())

    def problems(self, iban: str) -> Iterator[str]:
        """What keeps it from being taken, in German with the mend."""
        if self._width[0] != self._width[1]:
            yield f"{self._width[0]} Felder statt {self._width[1]}. Bitte die Trennzeichen prüfen."
            return
        if self.day is None:
            yield f"Der Buchungstag „{self._of('day')}“ ist kein Tag in der Form {self._receipts.date_format}. Bitte [receipts] date_format prüfen."
        if self.amount_cents is None:
            yield f"Der Betrag „{self._of('amount')}“ ist nicht zu verstehen. Bitte [receipts] decimal_separator prüfen."
        if self._receipts.headings("debit_credit") and self._side() is None:
            yield f"Soll oder Haben: „{self._of('debit_credit')}“ ist keines von beiden. Erwartet wird S oder H."
        if (currency := self._of("currency")) and currency.upper() not in ("EUR", "€"):
            yield f"Die Währung ist „{currency}“; übernommen werden nur Euro."
        if (account := _plain(self._of("own_iban"))) and account != iban:
            yield f"Das Konto {account} ist nicht das des Kreises ({iban}). Bitte die Datei oder county_iban prüfen."

    def movement(self, keys: Keys) -> Movement:
        """The movement that it tells."""
        assert isinstance(self.day, date)
        assert self.amount_cents is not None
        text = " ".join(filter(None, (self._of("text"), self._of("number"), self._of("debtor"))))
        name, iban = self._of("name"), _plain(self._of("iban"))
        bank = reference_of(self._of("reference"))
        return Movement(
            place=f"Zeile {self.number}",
            key=keys.key(bank, day=self.day, amount_cents=self.amount_cents, told=(name, iban, text)),
            day=self.day,
            amount_cents=self.amount_cents,
            name=name,
            iban=iban or None,
            text=text,
            reference="",
            returned=False,
        )


def _plain(iban: str) -> str:
    return "".join(iban.split()).upper()
