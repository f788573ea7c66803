"""Good programme files: the defaults of the contract, which sheets a programme needs, which months it has."""

import re
from datetime import date
from decimal import Decimal

import pytest

from schemas.programme.terms import Allowance, Premium, Savings, StartUp
from schemas.programme.words import explained
from schemas.refusal import Refusal
from tests.broken.programmes import ALLOWANCE, COMPLETE, PLAIN, WITH_ALLOWANCE, WITH_PREMIUM, loaded
from tests.sample.random_returns import random_programme

BASIS = 'basis = "reported"\n'
SHARE = 'share = "0.80"\n'
COUNTY_AND_TOWNS = {"Gemeinschaftseinrichtung": "county", "Kommune": "municipality", "Verein": "municipality"}


def test_only_three_sections_are_required_and_the_rest_has_defaults() -> None:
    programme = loaded(PLAIN)
    assert (programme.carrier, programme.savings, programme.premium, programme.allowance) == (None, None, (), None)
    assert (programme.start_up, programme.funding, programme.targets.placements_per_year) == (None, (), ())
    assert programme.returns.due_day == 10
    assert programme.disclosure.minimum_count == 3
    accounting = programme.accounting
    assert (accounting.number_prefix, accounting.payment_days, accounting.four_eyes) == ("VP", 30, True)
    limits = programme.limits
    assert (limits.file_mib, limits.unpacked_mib, limits.rows_per_sheet, limits.passwords) == (20, 200, 100_000, ())
    lists = programme.counselling
    assert (lists.services, lists.target_groups, lists.partners) == ((), (), ())
    town = programme.members["05358008"]
    assert (town.iban, town.agh_target, town.start_up_cents) == (None, None, None)


def test_defaults_of_the_premium() -> None:
    text = WITH_PREMIUM.replace('basis = "reported"\n', "").replace('schedule = "as_saved"\n', "")
    programme = loaded(text)
    savings = programme.savings
    assert savings is not None
    assert (savings.basis, savings.tolerance_cents, savings.income_base) == ("reported", 50_00, "gross")
    assert savings.lost_state_grant == ()
    terms = programme.premium[0]
    assert (terms.schedule, terms.share, terms.cap_cents, terms.max_months) == ("as_saved", Decimal("0.80"), None, 12)
    assert (terms.waiting_days, terms.bridge_days, terms.employer_change) == (42, 14, "continues")
    assert (terms.min_weekly_hours_hundredths, terms.status_at, terms.require_work_permit) == (0, "month", False)


def test_defaults_of_the_allowance() -> None:
    allowance = loaded(PLAIN + "\n[allowance]\n").allowance
    assert allowance is not None
    assert allowance.max_hours_per_month_hundredths == 100_00
    assert allowance.max_hours_per_week_hundredths == 30_00
    assert allowance.hours_over_cap == "error"
    assert allowance.payer.by_provider_kind() == COUNTY_AND_TOWNS
    assert allowance.disbursed_by.by_provider_kind() == COUNTY_AND_TOWNS


def test_milestones() -> None:
    schedule = 'schedule = "milestones"\namount_eur = "2500.00"\nmilestones = [{ after_days = 42, share = "0.5" }, { after_days = 182, share = "0.5" }]'
    terms = loaded(WITH_PREMIUM.replace('schedule = "as_saved"\nshare = "0.80"', schedule)).premium[0]
    assert (terms.amount_cents, terms.share) == (2500_00, None)
    assert [(step.after_days, step.share) for step in terms.milestones] == [(42, Decimal("0.5")), (182, Decimal("0.5"))]


def test_which_sheets_a_return_must_have() -> None:
    optional = ("needs", "participations", "stock", "counselling")
    expected = {
        PLAIN: (),
        WITH_PREMIUM: ("benefits", "placements"),
        WITH_ALLOWANCE: ("opportunities",),
        COMPLETE: ("benefits", "placements", "opportunities"),
    }
    for text, tables in expected.items():
        assert loaded(text).required_tables == tables
        assert loaded(text).used_tables == (*tables, *optional)


def test_first_and_last_month() -> None:
    """From 2015-11-15 to 2025-12-31: the month of the start counts, and `max_months` months follow the end."""
    assert loaded(WITH_PREMIUM).first_month == "2015-11"
    assert loaded(WITH_PREMIUM).last_month == "2026-12"
    assert loaded(WITH_PREMIUM.replace('share = "0.80"', 'share = "0.80"\nmax_months = 3')).last_month == "2026-03"
    assert loaded(WITH_ALLOWANCE).last_month == "2025-12"
    assert loaded(WITH_PREMIUM.replace("end = 2025-12-31\n", "")).last_month is None


@pytest.mark.parametrize(
    ("month", "sentence"),
    [
        ("2015-10", "Oktober 2015 liegt vor dem Beginn"),
        ("2027-01", "Januar 2027 liegt nach dem Ende"),
    ],
)
def test_months_outside_are_refused(month: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        loaded(COMPLETE).check_month(month)


def test_months_inside_are_taken() -> None:
    for month in ("2015-11", "2026-12"):
        loaded(COMPLETE).check_month(month)


def test_own_lists_replace_those_of_the_form() -> None:
    tables = loaded(PLAIN + '\n[counselling]\nservices = ["Sprachkurs"]\n').tables
    assert tables["counselling"].column("service").values == ("Sprachkurs",)
    assert "Jobcenter" in tables["counselling"].column("partner").values


def test_members_stand_in_the_order_of_their_keys() -> None:
    first, second = COMPLETE.index("[[municipality]]"), COMPLETE.rindex("[[municipality]]")
    turned = COMPLETE[:first] + COMPLETE[second:] + "\n" + COMPLETE[first:second]
    assert list(loaded(turned).members) == ["05358008", "05358024"]


def test_later_terms_follow_earlier_ones() -> None:
    second = '[[premium]]\nfrom = 2018-01-01\nshare = "0.50"\n'
    programme = loaded(COMPLETE.replace(ALLOWANCE, second))
    assert [(terms.start, terms.share) for terms in programme.premium] == [
        (date(2015, 11, 1), Decimal("0.80")),
        (date(2018, 1, 1), Decimal("0.50")),
    ]


GRANT = 'lost_state_grant = [{ from = 2015-11-01, eur_per_month = "1013.00" }]\n'
EVERY_TERM = """
[[premium]]
from = 2016-01-01
schedule = "milestones"
amount_eur = "2500.00"
milestones = [{ after_days = 42, share = "1" }]
cap_eur = "2500.00"
min_weekly_hours = "15"
require_work_permit = true

[start_up]
eur_per_municipality = "5000.00"
service_month = "2015-11"
"""


def test_every_term_that_a_county_agrees_on_is_explained_with_its_key() -> None:
    """What a county may agree on stands above; the page Recht tells it in German (schemas.programme.words)."""
    agreed = loaded(COMPLETE.replace(BASIS, BASIS + GRANT).replace(SHARE, SHARE + EVERY_TERM))
    told = "".join(f" {entry.key}," for part in explained(agreed) for entry in part.entries)
    sections = {"savings": Savings, "premium": Premium, "allowance": Allowance, "start_up": StartUp}
    keys = {f"{name}.{of.alias or key}" for name, model in sections.items() for key, of in model.model_fields.items()}
    assert {key for key in keys if not re.search(rf" {re.escape(key)}[.,]", told)} == {
        "premium.from",  # the section's heading
        "premium.schedule",  # told by share or amount
    }


def test_what_concerns_one_municipality_has_those_that_its_rights_pass_to_and_no_others() -> None:
    """Of three in a row and a fourth: the first leaves for the second in 2017, that for the third in 2019."""
    text = random_programme(4)
    for left, until, heir in ((1, "2017-12", 2), (2, "2019-12", 3)):
        own = f'ags = "0390000{left}"\n'
        assert own in text
        text = text.replace(own, f'{own}until = "{until}"\nsuccessor = "0390000{heir}"\n')
    programme = loaded(text.replace('key = "random"', 'key = "probe"'))
    first, *_, last = programme.members.values()
    assert list(programme.concerning(first).members) == ["03900001", "03900002", "03900003"]
    assert list(programme.concerning(last).members) == ["03900004"]
    assert programme.concerning(None).members == {}
    for month in ("2017-12", "2018-01", "2020-01"):
        assert programme.concerning(first).recipient(first, month) == programme.recipient(first, month)
    assert programme.concerning(last).start_up_cents == {"03900004": programme.start_up_cents["03900004"]}
    assert programme.concerning(None).tables.keys() == programme.tables.keys()
