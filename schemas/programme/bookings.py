"""[bookings]: how the booking list `Buchungen-<month>.csv` looks that the county's accounting takes in (PROGRAMME section 11)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.programme.values import Section, Text
from schemas.results import LineKind

Source = Literal[
    "number", "document_kind", "document_date", "due_date", "fiscal_year", "service_month", "settled_in", "kind",
    "account", "cost_centre", "debtor", "ags", "municipality", "amount", "amount_absolute", "debit_credit", "currency",
    "text", "payable",
]  # fmt: skip

# The form of a date in the words of the file → as Python formats it; a month leaves out the day.
DATE_FORMS = {"TT.MM.JJJJ": "%d.%m.%Y", "JJJJ-MM-TT": "%Y-%m-%d", "TTMMJJJJ": "%d%m%Y", "JJJJMMTT": "%Y%m%d"}
DayForm = Literal["TT.MM.JJJJ", "JJJJ-MM-TT", "TTMMJJJJ", "JJJJMMTT"]


class BookingColumn(Section):
    """A column of the booking list: a heading, and either a source or the same text in every row."""

    heading: Text
    source: Source | None = None
    value: Text | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.source is None) == (self.value is None):
            raise ValueError("Zu jeder Spalte gehört entweder source oder value (fester Text), nicht beides")
        if self.heading.lstrip().startswith(("=", "+", "-", "@")):
            raise ValueError(f"Die Überschrift „{self.heading}“ sähe für Excel wie eine Formel aus")
        return self


class Accounts(Section):
    """The account (Sachkonto) of each kind of line."""

    allowance: Text | None = None
    expense: Text | None = None
    premium: Text | None = None
    neutrality: Text | None = None
    start_up: Text | None = None
    adjustment: Text | None = None

    def of(self, kind: LineKind) -> str | None:
        """The account of a kind of line, if the file names one; neutrality is a premium less, unless it has its own."""
        account: str | None = getattr(self, str(kind))
        return self.premium if account is None and kind is LineKind.NEUTRALITY else account


_STANDARD: tuple[tuple[str, Source], ...] = (
    ("Belegnummer", "number"),
    ("Belegdatum", "document_date"),
    ("Fällig am", "due_date"),
    ("Haushaltsjahr", "fiscal_year"),
    ("Leistungsmonat", "service_month"),
    ("Personenkonto", "debtor"),
    ("Gemeindeschlüssel", "ags"),
    ("Kommune", "municipality"),
    ("Art", "kind"),
    ("Konto", "account"),
    ("Kostenstelle", "cost_centre"),
    ("Betrag", "amount"),
    ("Währung", "currency"),
    ("Buchungstext", "text"),
)


class Bookings(Section):
    """[bookings]: columns, separators, encoding, accounts, cost centre, Haushaltsjahr."""

    separator: Literal[";", ",", "|", "\t"] = ";"
    decimal_separator: Literal[",", "."] = ","
    encoding: Literal["utf-8-sig", "utf-8", "cp1252", "iso-8859-15"] = "utf-8-sig"
    date_format: DayForm = "TT.MM.JJJJ"
    fiscal_year: Literal["service_month", "document_date"] = "service_month"
    accounts: Accounts = Accounts()
    cost_centre: Text | None = None
    columns: Annotated[tuple[BookingColumn, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _list_is_readable(self) -> Self:
        if self.separator == self.decimal_separator:
            raise ValueError('separator und decimal_separator müssen verschieden sein, zum Beispiel ";" und ","')
        headings = [column.heading for column in self.used_columns]
        doubles = sorted({heading for heading in headings if headings.count(heading) > 1})
        if doubles:
            raise ValueError(f"columns: die Überschrift „{'“, „'.join(doubles)}“ steht zweimal")
        sources = self._sources
        if not sources & {"amount", "amount_absolute"}:
            raise ValueError('columns: es fehlt der Betrag (source = "amount")')
        if "amount" not in sources and "debit_credit" not in sources:
            raise ValueError('columns: zu "amount_absolute" gehört "debit_credit", sonst fehlt das Vorzeichen')
        if "cost_centre" in sources and self.cost_centre is None:
            raise ValueError('cost_centre fehlt, obwohl eine Spalte die Kostenstelle zeigt, zum Beispiel "313100"')
        return self

    @property
    def used_columns(self) -> tuple[BookingColumn, ...]:
        """The file's columns, else the standard ones; account and cost centre among these only where they are given."""
        if self.columns is not None:
            return self.columns
        absent = {"account": self.accounts == Accounts(), "cost_centre": self.cost_centre is None}
        return tuple(
            BookingColumn(heading=heading, source=source)
            for heading, source in _STANDARD
            if not absent.get(source, False)
        )

    @property
    def _sources(self) -> set[str]:
        return {column.source for column in self.used_columns if column.source is not None}

    def check(self, kinds: Iterable[LineKind], names: Iterable[str]) -> None:
        """ValueError where a kind of line has no account, or a text cannot be written in the encoding.

        `kinds` are those that the programme can charge, `names` the texts of its municipalities.
        """
        missing = [str(kind) for kind in kinds if self.accounts.of(kind) is None]
        if missing and "account" in self._sources:
            raise ValueError(f"bookings.accounts: es fehlt das Konto für {', '.join(missing)}")
        own = [text for column in self.used_columns for text in (column.heading, column.value)]
        for text in (*names, self.cost_centre, *own, *(self.accounts.of(kind) for kind in LineKind)):
            try:
                (text or "").encode(self.encoding)
            except UnicodeEncodeError as error:
                raise ValueError(
                    f'bookings.encoding: „{text}“ lässt sich in {self.encoding} nicht schreiben; möglich wäre "utf-8"'
                ) from error

    def day(self, day: date) -> str:
        """A day as the list writes it."""
        return day.strftime(DATE_FORMS[self.date_format])

    def month(self, first: date) -> str:
        """A month as the list writes it: the form of the days, without the day."""
        return first.strftime(DATE_FORMS[self.date_format].replace("%d", "").strip(".-"))
