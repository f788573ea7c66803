"""The programme file: everything a county agreed with its municipalities and its carrier (PROGRAMME.md)."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from schemas.months import german_month, is_month, later, month_of
from schemas.programme_bookings import Bookings
from schemas.programme_values import Amount, Hours, Iban, LeitwegId, Month, Section, Share, Side, Status, Text
from schemas.refusal import Refusal
from schemas.results import LineKind
from schemas.returns import ASSOCIATION, FACILITY, MUNICIPAL_PROVIDER, Table, form_tables


class Term(Section):
    """[programme]: name, county, term and target group."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
    title: Text
    county: Text
    start: date
    end: date | None = None
    target_group: tuple[Status, ...] = ()


class YearlyAmount(Section):
    """An amount per year from a day on."""

    start: Annotated[date, Field(alias="from")]
    amount_cents: Annotated[Amount, Field(alias="eur_per_year")]


class MonthlyAmount(Section):
    """An amount per month from a day on."""

    start: Annotated[date, Field(alias="from")]
    amount_cents: Annotated[Amount, Field(alias="eur_per_month")]


class Carrier(Section):
    """[carrier]: who places people, and the contracted cost."""

    name: Text
    iban: Iban
    cost: tuple[YearlyAmount, ...] = ()


class Savings(Section):
    """[savings]: what counts as saved by a placement (RULES section 3)."""

    basis: Literal["reported", "statutory"] = "reported"
    health: Annotated[tuple[MonthlyAmount, ...], Field(min_length=1)]
    lost_state_grant: tuple[MonthlyAmount, ...] = ()
    tolerance_cents: Annotated[Amount, Field(alias="tolerance_eur")] = 5_000
    income_base: Literal["gross", "net"] = "gross"


class Milestone(Section):
    """A share of the premium that falls due after so many days of employment."""

    after_days: Annotated[int, Field(ge=0)]
    share: Share


class Premium(Section):
    """[[premium]]: the terms for cases whose first eligible placement begins on or after `start`."""

    start: Annotated[date, Field(alias="from")]
    schedule: Literal["as_saved", "milestones"] = "as_saved"
    share: Share | None = None
    amount_cents: Annotated[Amount | None, Field(alias="amount_eur")] = None
    milestones: tuple[Milestone, ...] = ()
    cap_cents: Annotated[Amount | None, Field(alias="cap_eur")] = None
    max_months: Annotated[int, Field(ge=1)] = 12
    waiting_days: Annotated[int, Field(ge=0)] = 42
    bridge_days: Annotated[int, Field(ge=0)] = 14
    employer_change: Literal["continues", "breaks"] = "continues"
    min_weekly_hours_hundredths: Annotated[Hours, Field(alias="min_weekly_hours")] = 0
    status_at: Literal["month", "start"] = "month"
    require_work_permit: bool = False

    @model_validator(mode="after")
    def _schedule_is_complete(self) -> Self:
        if self.schedule == "as_saved" and self.share is None:
            raise ValueError('Zum Verfahren "as_saved" gehört share, zum Beispiel "0.80"')
        if self.schedule == "as_saved" and (self.amount_cents is not None or self.milestones):
            raise ValueError('amount_eur und milestones gehören zum Verfahren "milestones"')
        if self.schedule == "milestones" and (self.amount_cents is None or not self.milestones):
            raise ValueError('Zum Verfahren "milestones" gehören amount_eur und milestones')
        if self.schedule == "milestones" and self.share is not None:
            raise ValueError('share gehört zum Verfahren "as_saved"')
        if sum((milestone.share for milestone in self.milestones), Decimal(0)) > 1:
            raise ValueError("Die Anteile der milestones ergeben zusammen mehr als 1")
        return self


class Sides(Section):
    """Who stands for the cost of each kind of provider."""

    facility: Annotated[Side, Field(alias=FACILITY)]
    municipal: Annotated[Side, Field(alias=MUNICIPAL_PROVIDER)]
    association: Annotated[Side, Field(alias=ASSOCIATION)]

    def by_provider_kind(self) -> dict[str, Side]:
        """Kind of provider → side."""
        return {FACILITY: self.facility, MUNICIPAL_PROVIDER: self.municipal, ASSOCIATION: self.association}


_DEFAULT_SIDES = {FACILITY: "county", MUNICIPAL_PROVIDER: "municipality", ASSOCIATION: "municipality"}


class Allowance(Section):
    """[allowance]: work opportunities (RULES section 2)."""

    max_hours_per_month_hundredths: Annotated[Hours, Field(alias="max_hours_per_month")] = 100_00
    max_hours_per_week_hundredths: Annotated[Hours, Field(alias="max_hours_per_week")] = 30_00
    hours_over_cap: Literal["error", "warning"] = "error"
    payer: Sides = Sides.model_validate(_DEFAULT_SIDES)
    disbursed_by: Sides = Sides.model_validate(_DEFAULT_SIDES)


class Returns(Section):
    """[returns]: when a return is on time."""

    due_day: Annotated[int, Field(ge=1, le=28)] = 10


class Targets(Section):
    """[targets]: planned placements per programme year; the last one repeats."""

    placements_per_year: tuple[Annotated[int, Field(ge=0)], ...] = ()


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
    four_eyes: bool = True
    county_iban: Iban
    county_address: Address

    def due_date(self, document_date: date) -> date:
        """By when a document of that day is to be paid."""
        return document_date + timedelta(days=self.payment_days)


class StartUp(Section):
    """[start_up]: Anschubfinanzierung (RULES section 6)."""

    amount_cents: Annotated[Amount, Field(alias="eur_per_municipality")]
    service_month: Month


class Disclosure(Section):
    """[disclosure]: small counts are suppressed in board reports."""

    minimum_count: Annotated[int, Field(ge=1)] = 3


class Limits(Section):
    """[limits]: what a received file may be."""

    file_mib: Annotated[int, Field(ge=1)] = 20
    unpacked_mib: Annotated[int, Field(ge=1)] = 200
    rows_per_sheet: Annotated[int, Field(ge=1)] = 100_000
    passwords: tuple[Text, ...] = ()


class Municipality(Section):
    """[[municipality]]: a member of the programme."""

    ags: Annotated[str, StringConstraints(pattern=r"^\d{8}$")]
    name: Text
    street: Text
    postcode: Annotated[str, StringConstraints(pattern=r"^\d{5}$")]
    city: Text
    buyer_reference: LeitwegId
    debtor: Text
    email: Text
    iban: Iban | None = None
    agh_target: Annotated[int | None, Field(ge=0)] = None
    start_up_cents: Annotated[Amount | None, Field(alias="start_up_eur")] = None


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
    municipality: Annotated[tuple[Municipality, ...], Field(min_length=1)]
    funding: tuple[Funding, ...] = ()
    counselling: Counselling = Counselling()
    bookings: Bookings = Bookings()

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        together = {"carrier": self.carrier, "savings": self.savings, "premium": self.premium or None}
        missing = [name for name, section in together.items() if section is None]
        if missing and len(missing) < len(together):
            raise ValueError(f"[carrier], [savings] und [[premium]] gehören zusammen; es fehlt: {', '.join(missing)}")
        if self.programme.end is not None and self.programme.end < self.programme.start:
            raise ValueError("programme.end liegt vor programme.start")
        codes = [municipality.ags for municipality in self.municipality]
        doubles = sorted({ags for ags in codes if codes.count(ags) > 1})
        if doubles:
            raise ValueError(f"municipality: der Gemeindeschlüssel {', '.join(doubles)} steht zweimal")
        self._check_dated("premium", [terms.start for terms in self.premium])
        if self.savings is not None:
            self._check_dated("savings.health", [row.start for row in self.savings.health])
            self._check_dated("savings.lost_state_grant", [row.start for row in self.savings.lost_state_grant], False)
        self.bookings.check(
            self.line_kinds, [text for entry in self.municipality for text in (entry.name, entry.debtor)]
        )
        return self

    def _check_dated(self, name: str, starts: list[date], from_start: bool = True) -> None:
        if any(first >= second for first, second in pairwise(starts)):
            raise ValueError(f"{name}: die Zeilen müssen nach from aufsteigen, jedes Datum nur einmal")
        if from_start and starts and starts[0] > self.programme.start:
            raise ValueError(
                f"{name}: die erste Zeile muss spätestens am Programmbeginn ({self.programme.start}) gelten"
            )

    @cached_property
    def members(self) -> dict[str, Municipality]:
        """AGS → municipality, in the order of the AGS."""
        return {entry.ags: entry for entry in sorted(self.municipality, key=lambda entry: entry.ags)}

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The form's tables with this programme's own lists; a statutory basis needs every net wage."""
        tables = form_tables(self.counselling.services, self.counselling.target_groups, self.counselling.partners)
        if self.savings is not None and self.savings.basis == "statutory":
            tables["placements"] = tables["placements"].requiring("net_cents")
        return tables

    @property
    def line_kinds(self) -> tuple[LineKind, ...]:
        """What the programme's lines can charge; a manual line is always possible."""
        allowance = (LineKind.ALLOWANCE, LineKind.EXPENSE) if self.allowance else ()
        premium = (LineKind.PREMIUM,) if self.premium else ()
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
    def first_month(self) -> str:
        """The first month for which a return is accepted; a start in mid-month counts."""
        return month_of(self.programme.start)

    @property
    def last_month(self) -> str | None:
        """The last month for which a return is accepted: the programme's end plus `max_months`."""
        if self.programme.end is None:
            return None
        return later(month_of(self.programme.end), max((terms.max_months for terms in self.premium), default=0))

    def check_allowance(self) -> None:
        """Refusal where the programme has no work opportunities."""
        if self.allowance is None:
            raise Refusal(
                f"Das Programm {self.programme.key} hat keine Arbeitsgelegenheiten; Teilnahmebescheinigungen und "
                "Auszahlungslisten entfallen. Bitte --programme prüfen."
            )

    def check_month(self, month: str) -> None:
        """Refusal where the text is no month, or one outside the programme."""
        if not is_month(month):
            raise Refusal(f"„{month}“ ist kein Monat. Bitte Jahr und Monat wie 2016-03 angeben.")
        if month < self.first_month:
            raise Refusal(
                f"{german_month(month)} liegt vor dem Beginn des Programms ({german_month(self.first_month)}). "
                "Bitte den Monat prüfen."
            )  # fmt: skip
        if self.last_month is not None and month > self.last_month:
            raise Refusal(
                f"{german_month(month)} liegt nach dem Ende des Programms; der letzte abrechenbare Monat ist "
                f"{german_month(self.last_month)}. Bitte den Monat prüfen."
            )  # fmt: skip
