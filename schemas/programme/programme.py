"""The programme file: everything a county agreed with its municipalities and its carrier (PROGRAMME section 1)."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.bank_text import bank_name, bank_purpose
from schemas.identifiers import Ags
from schemas.months import Month, later, month_of
from schemas.programme.bookings import Bookings
from schemas.programme.parties import (
    Accounting,
    Counselling,
    Disclosure,
    Funding,
    Limits,
    Municipality,
    Reminders,
    Retention,
    Returns,
    Targets,
    Term,
)
from schemas.programme.receipts import Receipts
from schemas.programme.terms import Allowance, Carrier, Premium, Savings, StartUp
from schemas.programme.values import Section
from schemas.refusal import Refusal
from schemas.results import LineKind
from schemas.returns import Table, form_tables

_BY_THE_BANK = "bitte den Namen, unter dem die Bank das Konto führt, mit höchstens 70 Zeichen eintragen"


class Programme(Section):
    """The whole programme file."""

    programme: Term
    carrier: Carrier | None = None
    savings: Savings | None = None
    premium: tuple[Premium, ...] = ()
    allowance: Allowance | None = None
    returns: Returns = Returns()
    targets: Targets = Targets()
    accounting: Accounting
    start_up: StartUp | None = None
    disclosure: Disclosure = Disclosure()
    limits: Limits = Limits()
    retention: Retention | None = None
    reminders: Reminders | None = None
    municipality: Annotated[tuple[Municipality, ...], Field(min_length=1)]
    funding: tuple[Funding, ...] = ()
    counselling: Counselling = Counselling()
    bookings: Bookings = Bookings()
    receipts: Receipts = Receipts()

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        together = {"carrier": self.carrier, "savings": self.savings, "premium": self.premium or None}
        missing = [name for name, section in together.items() if section is None]
        if missing and len(missing) < len(together):
            raise ValueError(f"[carrier], [savings] und [[premium]] gehören zusammen; es fehlt: {', '.join(missing)}")
        if self.programme.end is not None and self.programme.end < self.programme.start:
            raise ValueError("programme.end liegt vor programme.start")
        codes = Counter(municipality.ags for municipality in self.municipality)
        doubles = sorted(ags for ags, times in codes.items() if times > 1)
        if doubles:
            raise ValueError(f"municipality: der Gemeindeschlüssel {', '.join(doubles)} steht zweimal")
        for member in self.municipality:
            self._check_leaving(member, codes.keys())
        self._check_dated("premium", [terms.start for terms in self.premium])
        if self.savings is not None:
            self._check_dated("savings.health", [row.start for row in self.savings.health])
            self._check_dated("savings.lost_state_grant", [row.start for row in self.savings.lost_state_grant], False)
        self._check_banks()
        self.bookings.check(
            self.line_kinds, [text for entry in self.municipality for text in (entry.name, entry.debtor)]
        )
        return self

    def _check_leaving(self, member: Municipality, known: Collection[Ags]) -> None:
        """A month to leave with, and a successor that is there and leads back to nobody."""
        if member.until is not None and member.until < self.first_month:
            raise ValueError(
                f"municipality {member.ags}: until liegt vor dem Beginn des Programms ({self.first_month})"
            )
        if member.successor is None:
            return
        if member.until is None:
            raise ValueError(
                f'municipality {member.ags}: zu successor gehört der letzte Monat, zum Beispiel until = "2025-12"'
            )
        if member.successor not in known:
            raise ValueError(
                f"municipality {member.ags}: successor {member.successor} steht nicht unter [[municipality]]"
            )
        passed, heir = {member.ags}, member
        while heir.successor is not None and heir.successor in known:
            if heir.successor in passed:
                raise ValueError(f"municipality {member.ags}: successor führt im Kreis zurück zu {heir.successor}")
            passed.add(heir.successor)
            heir = self.members[heir.successor]

    def _check_banks(self) -> None:
        """Names and purposes that transfers can hold: banks compare a payee's name with that of the account's holder."""
        paid = [(f"municipality {each.ags}", each.holder) for each in self.municipality if each.iban is not None]
        if self.carrier is not None:
            paid.append(("carrier", self.carrier.holder))
        for place, holder in paid:
            _check_bank(f"{place}: {_BY_THE_BANK}, als account_holder", bank_name, holder)
        if paid:
            _check_bank(f"accounting: {_BY_THE_BANK}, als county_account_holder", bank_name, self.county_holder)
        for each in self.municipality:
            if each.iban is not None:
                place = f"municipality {each.ags}: debtor: bitte ein kürzeres Personenkonto ohne Sonderzeichen"
                _check_bank(place, bank_purpose, f"{self.accounting.longest_number} {each.debtor}")

    def _check_dated(self, name: str, starts: list[date], from_start: bool = True) -> None:
        if any(first >= second for first, second in pairwise(starts)):
            raise ValueError(f"{name}: die Zeilen müssen nach from aufsteigen, jedes Datum nur einmal")
        if from_start and starts and starts[0] > self.programme.start:
            raise ValueError(
                f"{name}: die erste Zeile muss spätestens am Programmbeginn ({self.programme.start}) gelten"
            )

    def concerning(self, member: Municipality | None) -> "Programme":
        """The programme as far as it concerns one municipality: of the others only those that its rights pass to.

        So what is handed to workers for every document and batch does not grow with the county. `member` None: the terms
        and the form alone.
        """
        concerned: list[Municipality] = []
        while member is not None:
            concerned.append(member)
            member = self.members[member.successor] if member.successor is not None else None
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_construct(self.model_fields_set, **values | {"municipality": tuple(concerned)})

    @property
    def county_holder(self) -> str:
        """Whose name the county's bank knows its account under."""
        return self.accounting.county_account_holder or self.programme.county

    @cached_property
    def members(self) -> dict[Ags, Municipality]:
        """AGS → municipality, in the order of the AGS."""
        return {entry.ags: entry for entry in sorted(self.municipality, key=lambda entry: entry.ags)}

    def left(self, month: Month) -> frozenset[Ags]:
        """AGS of the municipalities that are members no more in a month: nothing is asked of them, late differences settle."""
        return frozenset(
            ags for ags, member in self.members.items() if member.until is not None and member.until < month
        )

    def present(self, month: Month) -> dict[Ags, Municipality]:
        """AGS → municipality, of those that are members in a month, in the order of the AGS."""
        left = self.left(month)
        return {ags: member for ags, member in self.members.items() if ags not in left}

    def is_last(self, ags: Ags, month: Month) -> bool:
        """Whether no invoice for a municipality can be counted on after a month: it leaves, or the programme ends."""
        until = self.members[ags].until
        ends = [each for each in (until, self.last_month) if each is not None]
        return any(month >= end for end in ends)

    def recipient(self, member: Municipality, month: Month) -> Municipality:
        """Who receives what a month's run settles for a municipality: itself, or its successor once it has merged."""
        while member.successor is not None and member.until is not None and member.until < month:
            member = self.members[member.successor]
        return member

    def merged_into(self, ags: Ags, month: Month) -> tuple[Ags, ...]:
        """AGS of the municipalities whose rights have passed to a member by a month, directly or by way of others (RULES section 7.8)."""
        return tuple(
            before
            for before, member in self.members.items()
            if before != ags and self.recipient(member, month).ags == ags
        )

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The form's tables with this programme's own lists; a statutory basis needs every net wage."""
        tables = form_tables(self.counselling.services, self.counselling.target_groups, self.counselling.partners)
        if self.savings is not None and self.savings.basis == "statutory":
            tables["placements"] = tables["placements"].requiring("net_cents")
        return tables

    @cached_property
    def start_up_cents(self) -> dict[Ags, int]:
        """AGS → start-up contribution: the municipality's own, if it has one, else the programme's (RULES section 6).

        0 for all where the programme has none, and for those that had left before its service month.
        """
        if self.start_up is None:
            return dict.fromkeys(self.members, 0)
        agreed, left = self.start_up.amount_cents, self.left(self.start_up.service_month)
        own = {
            ags: agreed if member.start_up_cents is None else member.start_up_cents
            for ags, member in self.members.items()
        }
        return own | dict.fromkeys(left, 0)

    @property
    def made_good(self) -> bool:
        """Whether the guarantee is the municipality's: what its cases cost together is made good (RULES section 5.2)."""
        return self.savings is not None and self.savings.guarantee == "municipality"

    @property
    def line_kinds(self) -> tuple[LineKind, ...]:
        """What the programme's lines can charge; a manual line is always possible."""
        allowance = (LineKind.ALLOWANCE, LineKind.EXPENSE) if self.allowance else ()
        premium = (LineKind.PREMIUM,) if self.premium else ()
        if self.made_good:
            premium = (*premium, LineKind.NEUTRALITY)
        start_up = (LineKind.START_UP,) if self.start_up else ()
        return (*allowance, *premium, *start_up, LineKind.ADJUSTMENT)

    @property
    def required_tables(self) -> tuple[str, ...]:
        """Names of the sheets that a return must have."""
        premium = ("benefits", "placements") if self.premium else ()
        return premium + (("opportunities",) if self.allowance else ())

    @property
    def used_tables(self) -> tuple[str, ...]:
        """Names of the sheets that are read; the others get notice F11."""
        return (*self.required_tables, "needs", "participations", "stock", "counselling")

    @property
    def first_month(self) -> Month:
        """The first month for which a return is accepted; a start in mid-month counts."""
        return month_of(self.programme.start)

    @property
    def last_month(self) -> Month | None:
        """The last month for which a return is accepted: the programme's end plus `max_months`."""
        if self.programme.end is None:
            return None
        return later(month_of(self.programme.end), max((terms.max_months for terms in self.premium), default=0))

    def name_of(self, ags: Ags) -> str:
        """A municipality by name; by its AGS where it is no member any more."""
        return self.members[ags].name if ags in self.members else ags

    def named(self, ags: Ags) -> str:
        """A municipality by name and AGS; by its AGS alone where it is no member any more."""
        return f"{self.members[ags].name} ({ags})" if ags in self.members else ags

    def check_kinds(self, kinds: Collection[LineKind]) -> None:
        """Refusal where documents of lines of these kinds would not be whole: nobody to owe premiums to, or no account."""
        if self.carrier is None and LineKind.PREMIUM in kinds:
            raise Refusal("carrier-removed")
        try:
            self.bookings.check([kind for kind in LineKind if kind in kinds], ())
        except ValueError as error:
            raise Refusal("account-removed", reason=str(error)) from error

    def check_allowance(self) -> None:
        """Refusal where the programme has no work opportunities."""
        if self.allowance is None:
            raise Refusal("no-opportunities", programme=self.programme.key)

    def check_member(self, ags: Ags) -> None:
        """Refusal where the municipality does not take part."""
        if ags not in self.members:
            raise Refusal("no-member", ags=ags)

    def check_begun(self, month: Month, today: date) -> None:
        """Refusal where the month lies outside the programme, or ahead: no draft would take it up, no year could be closed."""
        self.check_month(month)
        if month > month_of(today):
            raise Refusal("month-ahead", month=month)

    def check_month(self, month: Month) -> None:
        """Refusal where the month lies outside the programme."""
        if month < self.first_month:
            raise Refusal("month-before-programme", month=month, first=self.first_month)
        if self.last_month is not None and month > self.last_month:
            raise Refusal("month-after-programme", month=month, last=self.last_month)


def _check_bank(mend: str, written: Callable[[str], str], text: str) -> None:
    """ValueError where a transfer cannot hold the text, with the mend; `written` writes it as banks take it."""
    try:
        written(text)
    except ValueError as error:
        raise ValueError(f"{mend}; {error}") from error
