"""What a county agreed on: carrier, saving, premium, work opportunities, start-up contribution (PROGRAMME sections 3 to 7)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.programme.values import Amount, Hours, Iban, Month, Section, Share, Side, Text
from schemas.returns import ASSOCIATION, FACILITY, MUNICIPAL_PROVIDER


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
    account_holder: Text | None = None
    iban: Iban
    pay: Literal["with_invoice", "when_received"] = "with_invoice"
    cost: tuple[YearlyAmount, ...] = ()

    @property
    def holder(self) -> str:
        """Whose name the bank knows the account under."""
        return self.account_holder or self.name


class Savings(Section):
    """[savings]: what counts as saved by a placement (RULES section 3)."""

    basis: Literal["reported", "statutory"] = "reported"
    health: Annotated[tuple[MonthlyAmount, ...], Field(min_length=1)]
    lost_state_grant: tuple[MonthlyAmount, ...] = ()
    guarantee: Literal["municipality", "case"] = "municipality"
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


class StartUp(Section):
    """[start_up]: Anschubfinanzierung (RULES section 6)."""

    amount_cents: Annotated[Amount, Field(alias="eur_per_municipality")]
    service_month: Month
