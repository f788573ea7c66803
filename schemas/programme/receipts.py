"""[receipts]: how the cash office's list of movements looks, where it hands over no camt.053 (PROGRAMME section 19)."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.programme.bookings import DATE_FORMS, DayForm
from schemas.programme.values import Section, Text

Source = Literal[
    "day", "amount", "debit_credit", "currency", "text", "name", "iban", "number", "debtor", "reference", "own_iban",
]  # fmt: skip
_SEVERAL: frozenset[str] = frozenset({"text", "number", "debtor"})  # joined, where a list has several columns of them

_STANDARD: tuple[tuple[str, Source], ...] = (
    ("Buchungstag", "day"),
    ("Betrag", "amount"),
    ("Name", "name"),
    ("IBAN", "iban"),
    ("Verwendungszweck", "text"),
)


class ReceiptColumn(Section):
    """A column of the list: its heading, and what stands in it."""

    heading: Text
    source: Source


class Receipts(Section):
    """[receipts]: columns, separators, encoding; columns that are not named are passed over."""

    separator: Literal[";", ",", "|", "\t"] = ";"
    decimal_separator: Literal[",", "."] = ","
    encoding: Literal["utf-8-sig", "utf-8", "cp1252", "iso-8859-15"] = "utf-8-sig"
    date_format: DayForm = "TT.MM.JJJJ"
    columns: Annotated[tuple[ReceiptColumn, ...], Field(min_length=1)] = tuple(
        ReceiptColumn(heading=heading, source=source) for heading, source in _STANDARD
    )

    @model_validator(mode="after")
    def _list_is_readable(self) -> Self:
        if self.separator == self.decimal_separator:
            raise ValueError('separator und decimal_separator müssen verschieden sein, zum Beispiel ";" und ","')
        headings = [column.heading for column in self.columns]
        sources: list[str] = [column.source for column in self.columns]
        for what, given in (
            ("die Überschrift", headings),
            ("source", [each for each in sources if each not in _SEVERAL]),
        ):
            doubles = sorted({each for each in given if given.count(each) > 1})
            if doubles:
                raise ValueError(f"columns: {what} „{'“, „'.join(doubles)}“ steht zweimal")
        for source, what in (("day", "der Buchungstag"), ("amount", "der Betrag"), ("text", "der Verwendungszweck")):
            if source not in sources:
                raise ValueError(f'columns: es fehlt {what} (source = "{source}")')
        return self

    def headings(self, source: Source) -> tuple[str, ...]:
        """The headings of the columns in which something stands."""
        return tuple(column.heading for column in self.columns if column.source == source)

    def day(self, text: str) -> date | None:
        """A day as the list writes it, also without leading zeros between points; None where it is none."""
        form = DATE_FORMS[self.date_format]
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no time zone
        except ValueError:
            return None
        return day if "." in form or day.strftime(form) == text else None  # without a separator zeros tell the parts
