"""Who takes part in a programme, and how its office works: numbers, due dates, limits, targets (PROGRAMME sections 2, 8 to 10 and 12 to 16)."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.bank_days import next_bank_day
from schemas.months import first_day, later
from schemas.programme.values import Ags, Amount, Iban, LeitwegId, Month, Section, Status, Text


class Agreement(Section):
    """What county and municipalities signed: its day, and the file number under which it is kept."""

    day: Annotated[date, Field(alias="date")]
    file_number: Text


class Term(Section):
    """[programme]: name, county, agreement, term and target group."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
    title: Text
    county: Text
    agreement: Agreement | None = None
    start: date
    end: date | None = None
    target_group: tuple[Status, ...] = ()


class Municipality(Section):
    """[[municipality]]: a member of the programme, to the end of `until` where it leaves or merges."""

    ags: Ags
    name: Text
    street: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
    city: Text
    buyer_reference: LeitwegId
    debtor: Text
    email: Text
    account_holder: Text | None = None
    iban: Iban | None = None
    agh_target: Annotated[int | None, Field(ge=0)] = None
    start_up_cents: Annotated[Amount | None, Field(alias="start_up_eur")] = None
    until: Month | None = None
    successor: Ags | None = None

    @property
    def holder(self) -> str:
        """Whose name the bank knows the account under."""
        return self.account_holder or self.name


class Address(Section):
    """Where letters of the county come from, and who answers."""

    street: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
    city: Text
    contact: Text
    phone: Text
    email: Text


class Accounting(Section):
    """[accounting]: numbers, due dates, four eyes, the county's account."""

    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,10}$")] = "VP"
    payment_days: Annotated[int, Field(ge=0, le=365)] = 30
    bank_days: bool = False
    credits: Literal["pay", "offset"] = "pay"
    four_eyes: bool = True
    county_account_holder: Text | None = None
    county_iban: Iban
    county_address: Address

    def due_date(self, document_date: date) -> date:
        """By when a document of that day is to be paid: with `bank_days` a day on which banks settle."""
        due = document_date + timedelta(days=self.payment_days)
        return next_bank_day(due) if self.bank_days else due

    @property
    def longest_number(self) -> str:
        """A document's number as long as one may get: purposes of transfers are measured with it."""
        return f"{self.number_prefix}-9999-9999999"

    def approved_under(self, today: "Accounting", before: "Accounting | None") -> "Accounting":
        """What a draft with these terms is approved under: its own terms, and four eyes where any of three files asks for them.

        The others are today's, and that of the month approved `before`: a file turns four eyes off for the months after
        the first that two persons approved with it (RULES section 8.2).
        """
        four_eyes = self.four_eyes or today.four_eyes or before is None or before.four_eyes
        return self.model_copy(update={"four_eyes": four_eyes})


class Returns(Section):
    """[returns]: when a return is on time."""

    due_day: Annotated[int, Field(ge=1, le=28)] = 10

    def due_date(self, month: Month) -> date:
        """By when the return of a month is to be in."""
        return first_day(later(month, 1)).replace(day=self.due_day)


class Targets(Section):
    """[targets]: planned placements per programme year; the last one repeats."""

    placements_per_year: tuple[Annotated[int, Field(ge=0)], ...] = ()


class Disclosure(Section):
    """[disclosure]: small counts are suppressed in board reports."""

    minimum_count: Annotated[int, Field(ge=1)] = 3


class Retention(Section):
    """[retention]: how long case data are kept."""

    years: Annotated[int, Field(ge=1, le=100)]

    def over(self, last_posted: date) -> date:
        """The first day on which what was last posted on a day may be erased: the years count from the end of its own.

        >>> Retention(years=10).over(date(2017, 2, 1))
        datetime.date(2028, 1, 1)
        """
        return date(last_posted.year + self.years + 1, 1, 1)


class Reminders(Section):
    """[reminders]: when a municipality is reminded of what it has not paid."""

    after_days: Annotated[int, Field(ge=0, le=365)] = 14
    minimum_cents: Annotated[Amount, Field(alias="minimum_eur")] = 0
    pay_days: Annotated[int, Field(ge=1, le=365)] = 14


class Limits(Section):
    """[limits]: what a received file may be."""

    file_mib: Annotated[int, Field(ge=1)] = 20
    unpacked_mib: Annotated[int, Field(ge=1)] = 200
    rows_per_sheet: Annotated[int, Field(ge=1)] = 100_000
    passwords: tuple[Text, ...] = ()


class Funding(Section):
    """[[funding]]: who pays for the project, printed on board reports."""

    name: Text
    start: Annotated[date, Field(alias="from")]
    end: Annotated[date | None, Field(alias="to")] = None
    notice: Text


class Counselling(Section):
    """[counselling]: own lists in place of the form's."""

    services: tuple[Text, ...] = ()
    target_groups: tuple[Text, ...] = ()
    partners: tuple[Text, ...] = ()
