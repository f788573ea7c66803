"""W02 and W03: what the calculation finds odd. Stage 1, accommodation 200.00, April 2016: need 354.00 + 200.00."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from flows.compute.rules.plausibility import doubts
from flows.compute.rules.premium import case_months
from schemas.programme.programme import Programme
from schemas.returns import BENEFITS, PLACEMENTS
from tests.properties.engine import law, rows_frame
from tests.reference import sample

PROGRAMME = Programme.model_validate(
    sample.programme(
        start=date(2015, 11, 1),
        savings={"health": ({"from": date(2015, 11, 1), "eur_per_month": "140.00"},)},
        premium=({"from": date(2015, 11, 1), "share": "0.80"},),
    )
)


def found(paid_cents: int, *placements: dict[str, Any]) -> list[tuple[str, int]]:
    """Codes and rows for a case that was paid so much in April 2016."""
    benefit = sample.benefit(month="2016-04", accommodation_cents=200_00, paid_cents=paid_cents)
    benefits, employed = rows_frame(BENEFITS, [benefit]), rows_frame(PLACEMENTS, list(placements))
    cases = case_months(benefits, employed, PROGRAMME, law())
    return doubts(benefits, cases, PROGRAMME, law()).select("code", "row").rows()


EMPLOYED = sample.placement(month="2016-04", begin=date(2016, 4, 1))


@pytest.mark.parametrize(("paid_cents", "codes"), [(554_00, []), (554_01, ["W02"])])
def test_without_work_the_need_may_be_paid_and_no_cent_more(paid_cents: int, codes: list[str]) -> None:
    assert [code for code, _ in found(paid_cents)] == codes


@pytest.mark.parametrize(
    ("paid_cents", "codes"),
    [
        (0, []),  # the wage counts 1,110.00 − 177.00 = 933.00 and covers the whole need
        (50_00, ["W02"]),  # saved 504.00 reported, 554.00 by statute: 50.00 apart is still tolerated
        (50_01, ["W02", "W03"]),
    ],
)
def test_with_work_the_counted_wage_is_taken_off(paid_cents: int, codes: list[str]) -> None:
    assert found(paid_cents, EMPLOYED) == [(code, 5) for code in codes]


def test_a_month_without_eligible_days_claims_no_saving_that_could_differ() -> None:
    not_consented = sample.placement(month="2016-04", begin=date(2016, 4, 1)) | {"consent_on": None}
    assert [code for code, _ in found(50_01, not_consented)] == ["W02"]


def test_a_programme_without_premium_has_no_doubts() -> None:
    allowances_only = PROGRAMME.model_copy(update={"savings": None})
    nothing = pl.DataFrame(schema=rows_frame(BENEFITS, []).schema)
    assert doubts(
        nothing, case_months(nothing, rows_frame(PLACEMENTS, []), PROGRAMME, law()), allowances_only, law()
    ).is_empty()
