"""Saving, spells, premium and start-up: the worked figures of the rulebook, and edges worked out by hand from its text."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.compute.law import Law, load_law
from flows.compute.rules.eligibility import judged_placements, with_reasons
from flows.compute.rules.lines import premium_lines, start_up_lines
from flows.compute.rules.premium import case_months
from schemas.months import later
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.returns import BENEFITS, PLACEMENTS, frame_columns

AGS = "05358008"
IBAN = "DE89370400440532013000"
AS_SAVED = {"from": date(2015, 11, 1), "share": "0.80", "cap_eur": "2500.00"}
AT_ONCE = {"from": date(2015, 11, 1), "share": "1", "waiting_days": 0}


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(Path(__file__).parents[2] / "inputs" / "law")


def programme(*premium, savings=None, start_up=None, members=({},), **term) -> Programme:
    member = {
        "ags": AGS, "name": "Düren, Stadt", "street": "Weg 1", "postcode": "52349", "city": "Düren",
        "buyer_reference": "05358008-1-10", "debtor": "1", "email": "a@b.de",
    }  # fmt: skip
    address = {"street": "Weg 1", "postcode": "52349", "city": "Düren", "contact": "A", "phone": "1", "email": "a@b.de"}
    content = {
        "programme": {
            "key": "dueren", "title": "Vermittlung", "county": "Kreis Düren", "start": date(2015, 11, 1),
            "target_group": ("Duldung", "Aufenthaltsgestattung"), **term,
        },
        "carrier": {"name": "Träger", "iban": IBAN},
        "savings": {"health": ({"from": date(2015, 11, 1), "eur_per_month": "140.00"},)} | (savings or {}),
        "premium": premium or (AS_SAVED,),
        "accounting": {"county_iban": IBAN, "county_address": address},
        "municipality": tuple(member | other for other in members),
    }  # fmt: skip
    return Programme.model_validate(content | ({"start_up": start_up} if start_up else {}))


def benefit(month: str, **columns):
    row = {
        "ags": AGS, "month": month, "file_sha256": f"sha-{month}", "sheet": "Leistungen", "row": 2, "case_id": "F-1",
        "birth_year": 1990, "sex": "m", "status": "Duldung", "benefit_kind": "Grundleistung", "need_stage": 1,
        "accommodation_cents": 200_00, "paid_cents": 0, "cut_cents": 0, "state_grant": False,
    }  # fmt: skip
    return row | columns


def placement(month: str, begin: date, **columns):
    row = {
        "ags": AGS, "month": month, "file_sha256": f"sha-{month}", "sheet": "Vermittlungen", "row": 2, "case_id": "F-1",
        "employer": "Bäckerei", "consent_on": date(2015, 11, 1), "begin": begin, "insured": True,
        "weekly_hours_hundredths": 38_00, "gross_cents": 1500_00, "net_cents": 1110_00,
    }  # fmt: skip
    return row | columns


def frame(table, rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=frame_columns(table))


def employed(begin: date, months: int, **columns) -> list[dict]:
    """One placement, reported month after month from its Beginn on."""
    return [placement(later(f"{begin:%Y-%m}", number), begin, **columns) for number in range(months)]


def cases(law: Law, terms: Programme, placements: list[dict], **columns) -> pl.DataFrame:
    """The case months of placements, with the same benefit row (but for `columns`) in each of their months."""
    months = sorted({(row["month"], row["case_id"]) for row in placements})
    rows = [benefit(month, case_id=case, **columns) for month, case in months]
    return case_months(frame(BENEFITS, rows), frame(PLACEMENTS, placements), terms, law)


@pytest.mark.parametrize("basis", ["reported", "statutory"])
def test_worked_figure_1_share_of_the_saving_after_the_waiting_period(law: Law, basis: str) -> None:
    result = cases(law, programme(savings={"basis": basis}), employed(date(2016, 4, 1), 6))
    assert result["need_cents"].to_list() == [554_00] * 6
    assert result["relief_cents"].to_list() == [177_00] * 6
    assert result["saved_cents"].to_list() == [694_00] * 6
    assert result["premium_cents"].to_list() == [0, 1110_40, 555_20, 555_20, 279_20, 0]
    assert result["spell_days"].to_list()[:2] == [30, 61]
    assert result["counted_month"].to_list() == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(("entitled_from", "need"), [(None, 359_16), (date(2016, 3, 17), 171_29)])
def test_worked_figure_2_need_over_a_change_of_rates(law: Law, entitled_from: date | None, need: int) -> None:
    rows = employed(date(2016, 3, 1), 1)
    result = cases(law, programme(), rows, accommodation_cents=0, entitled_from=entitled_from)
    assert result["need_cents"].to_list() == [need]


def test_worked_figure_3_health_for_part_of_a_month(law: Law) -> None:
    result = cases(law, programme(), employed(date(2016, 5, 18), 1))
    assert result.select("eligible_days", "saved_health_cents").row(0) == (14, 63_23)


def test_worked_figure_5_analogous_benefit(law: Law) -> None:
    rows = employed(date(2026, 4, 1), 1, gross_cents=1200_00, net_cents=950_00)
    result = cases(
        law, programme(), rows, benefit_kind="Analogleistung", accommodation_cents=350_00, paid_cents=244_50
    )  # fmt: skip
    figures = ("need_cents", "relief_cents", "saved_benefit_reported_cents", "saved_benefit_statutory_cents")
    assert result.select(figures).row(0) == (913_00, 281_50, 668_50, 668_50)


def test_worked_figure_6_relief_below_the_cap(law: Law) -> None:
    rows = employed(date(2026, 4, 1), 1, gross_cents=800_00, net_cents=640_00)
    result = cases(law, programme(), rows, accommodation_cents=0)
    assert result.select("need_cents", "relief_cents", "saved_benefit_statutory_cents").row(0) == (
        455_00,
        200_00,
        440_00,
    )


def test_worked_figure_7_a_lost_grant_is_earned_back_first(law: Law) -> None:
    nothing = {"health": ({"from": date(2015, 11, 1), "eur_per_month": "0"},)}
    grant = {"lost_state_grant": ({"from": date(2024, 1, 1), "eur_per_month": "1013.00"},)}
    terms = programme(AT_ONCE | {"share": "0.80"}, savings=nothing | grant)
    rows = [
        benefit("2024-04", accommodation_cents=340_00, state_grant=True),
        benefit("2024-05", accommodation_cents=340_00, state_grant=True, paid_cents=20_00),
    ]
    result = case_months(frame(BENEFITS, rows), frame(PLACEMENTS, employed(date(2024, 4, 1), 2)), terms, law)
    assert result["saved_cents"].to_list() == [-213_00, 780_00]
    assert result["saved_to_date_cents"].to_list() == [-213_00, 567_00]
    assert result["premium_cents"].to_list() == [0, 453_60]


def test_worked_figure_8_milestones(law: Law) -> None:
    halves = ({"after_days": 42, "share": "0.5"}, {"after_days": 182, "share": "0.5"})
    terms = {"from": date(2015, 11, 1), "schedule": "milestones", "amount_eur": "2500.00", "milestones": halves}
    result = cases(law, programme(terms), employed(date(2016, 4, 1), 6))
    assert result["premium_cents"].to_list() == [0, 1250_00, 0, 0, 0, 1250_00]
    assert result["target_cents"].to_list() == [0, 1250_00, 1250_00, 1250_00, 1250_00, 2500_00]


@pytest.mark.parametrize(
    ("second", "spell"), [(date(2016, 5, 5), (date(2016, 4, 1), 61)), (date(2016, 5, 6), (date(2016, 5, 6), 26))]
)
def test_worked_figure_9_a_gap_is_bridged_exactly(law: Law, second: date, spell: tuple[date, int]) -> None:
    rows = [placement("2016-04", date(2016, 4, 1), end=date(2016, 4, 20)), placement("2016-05", second)]
    assert cases(law, programme(), rows).select("spell_begin", "spell_days").row(1) == spell


def test_overlapping_employers_share_days_and_add_wages(law: Law) -> None:
    rows = [
        placement("2016-02", date(2016, 2, 1), end=date(2016, 2, 20), gross_cents=600_00, net_cents=480_00),
        placement("2016-02", date(2016, 2, 10), employer="Hof", gross_cents=500_00, gross_month_cents=300_00, net_cents=240_00),
        placement("2016-02", date(2016, 2, 25), employer="Amt", gross_cents=460_00, net_cents=None, end=date(2016, 2, 26)),
    ]  # fmt: skip
    result = cases(law, programme(), rows, accommodation_cents=0)
    # 1–29 February 2016; 25 % of 600 + 300 + 460 is 340.00, the cap half of 364; one net wage is missing.
    figures = ("eligible_days", "spell_days", "relief_cents", "saved_health_cents", "saved_benefit_statutory_cents")
    assert result.select(figures).row(0) == (29, 29, 182_00, 140_00, None)


def test_an_ineligible_placement_adds_wages_and_reasons_but_no_days(law: Law) -> None:
    rows = [
        placement("2016-06", date(2016, 6, 11), end=date(2016, 6, 20), gross_cents=451_00, net_cents=400_00),
        placement("2016-06", date(2016, 6, 1), gross_cents=450_00, net_cents=400_00, consent_on=None),
        placement("2016-06", date(2016, 6, 2), insured=False, gross_cents=1000_00, consent_on=date(2016, 6, 3)),
    ]
    result = cases(law, programme(), rows)
    assert result["reasons"].to_list() == [["not_insured", "marginal", "no_consent", "late_consent"]]
    assert result.select("eligible", "eligible_days", "relief_cents").row(0) == (True, 10, 177_00)


def test_a_month_without_eligible_days_shows_the_benefit_figures_alone(law: Law) -> None:
    rows = [placement("2016-04", date(2016, 4, 1), weekly_hours_hundredths=14_99)]
    result = cases(law, programme(AS_SAVED | {"min_weekly_hours": "15"}), rows, paid_cents=54_00)
    row = result.row(0, named=True)
    shown = {
        "ags": AGS, "case_id": "F-1", "service_month": "2016-04", "eligible": False, "reasons": ["hours"],
        "need_cents": 554_00, "paid_cents": 54_00, "relief_cents": 177_00,
        "saved_benefit_reported_cents": 500_00, "saved_benefit_statutory_cents": 554_00,
        "spell_begin": None, "spell_days": None, "counted_month": None,
    }  # fmt: skip
    assert row == dict.fromkeys(result.columns, 0) | shown


def test_ende_and_employer_of_the_latest_month_hold_for_all_months(law: Law) -> None:
    begin = date(2016, 4, 1)
    rows = [
        placement("2016-04", begin, end=date(2016, 4, 10)),
        placement("2016-05", begin, end=date(2016, 5, 3)),
    ]
    result = cases(law, programme(), list(reversed(rows)))
    assert result.select("eligible_days", "spell_days").rows() == [(30, 30), (3, 33)]


def test_a_change_of_employer_breaks_the_spell_only_where_agreed(law: Law) -> None:
    rows = [
        *employed(date(2016, 4, 1), 3, employer="Bäckerei", end=date(2016, 6, 30)),
        placement("2016-05", date(2016, 5, 10), employer="Groß KG", end=date(2016, 5, 20)),
        placement("2016-06", date(2016, 6, 1), employer=" GROSS KG ", end=date(2016, 6, 3)),
        placement("2016-06", date(2016, 6, 20), employer="groß kg", end=date(2016, 6, 30)),
        placement("2016-07", date(2016, 7, 1), employer="Bäckerei", end=date(2016, 7, 31)),
    ]
    continues = cases(law, programme(AT_ONCE), rows)
    assert continues["spell_days"].to_list() == [30, 61, 91, 122]
    breaks = cases(law, programme(AT_ONCE | {"employer_change": "breaks"}), rows)
    # Spells: bakery 1 April to 30 June; Groß 10 May to 3 June; Groß from 20 June (16 days' gap); bakery July.
    assert breaks["spell_begin"].to_list() == [date(2016, 4, 1)] * 3 + [date(2016, 7, 1)]
    assert breaks["spell_days"].to_list() == [30, 61, 91, 31]


def test_only_spells_that_lasted_long_enough_are_charged(law: Law) -> None:
    """20 days in April cost nothing; the new spell from 1 June has lasted 42 days within July."""
    rows = [
        placement("2016-04", date(2016, 4, 1), end=date(2016, 4, 20)),
        *employed(date(2016, 6, 1), 2),
    ]
    result = cases(law, programme(), rows)
    # April: 554.00 + 140.00 × 20/30 = 647.33; June and July 694.00 each; July: 0.80 × 1,388.00.
    assert result["saved_to_date_cents"].to_list() == [647_33, 1341_33, 2035_33]
    assert result["premium_cents"].to_list() == [0, 0, 1110_40]


def test_months_that_save_nothing_do_not_count_and_max_months_ends_the_sums(law: Law) -> None:
    rows = employed(date(2016, 4, 1), 4)
    statuses = dict.fromkeys(["2016-04", "2016-06", "2016-07"], "Duldung") | {"2016-05": "Aufenthaltserlaubnis"}
    benefits = frame(BENEFITS, [benefit(month, status=status) for month, status in statuses.items()])
    terms = programme(AT_ONCE | {"max_months": 2, "status_at": "start"})
    result = case_months(benefits, frame(PLACEMENTS, rows), terms, law)
    assert result["eligible"].to_list() == [True] * 4
    assert result["counted_month"].to_list() == [1, None, 2, None]
    assert result["saved_cents"].to_list() == [694_00, 0, 694_00, 694_00]
    assert result["premium_to_date_cents"].to_list() == [694_00, 694_00, 1388_00, 1388_00]
    by_month = case_months(benefits, frame(PLACEMENTS, rows), programme(AT_ONCE), law)
    assert by_month["reasons"].to_list() == [[], ["status"], [], []]


def test_premiums_are_taken_back_when_the_saving_falls(law: Law) -> None:
    grant = {"lost_state_grant": ({"from": date(2016, 5, 1), "eur_per_month": "1000.00"},)}
    result = cases(law, programme(AT_ONCE, savings=grant), employed(date(2016, 4, 1), 2), state_grant=True)
    # May: 694.00 − 1,000.00 = −306.00; charged 694.00, then only 388.00 was saved.
    assert result["premium_cents"].to_list() == [694_00, -306_00]


def test_a_case_keeps_the_terms_of_its_first_eligible_begin(law: Law) -> None:
    later_block = AT_ONCE | {"from": date(2016, 6, 1), "min_weekly_hours": "30"}
    terms = programme(AT_ONCE | {"share": "0.5", "require_work_permit": True}, later_block)
    permit = {"work_permit_on": date(2015, 12, 1)}
    old = [placement("2016-05", date(2016, 5, 1), end=date(2016, 5, 31), **permit)]
    new = [placement("2016-06", date(2016, 6, 1), employer="Hof", weekly_hours_hundredths=20_00, **permit)]
    result = cases(law, terms, old + new)
    assert result["premium_cents"].to_list() == [347_00, 347_00]
    # Without a work permit the first one was never eligible: the second one's own block asks for 30 hours.
    old[0]["work_permit_on"] = None
    assert cases(law, terms, old + new)["reasons"].to_list() == [["no_work_permit"], ["hours"]]
    new[0]["weekly_hours_hundredths"] = 30_00
    assert cases(law, terms, old + new)["reasons"].to_list() == [[], []]  # now its block judges both


@pytest.mark.parametrize(
    ("begin", "reasons"),
    [(date(2015, 10, 31), ["outside_programme"]), (date(2015, 11, 1), []), (date(2016, 1, 1), ["outside_programme"])],
)
def test_begin_lies_inside_the_term(law: Law, begin: date, reasons: list[str]) -> None:
    rows = [placement("2016-01", begin, consent_on=date(2015, 10, 1))]
    assert cases(law, programme(end=date(2015, 12, 31)), rows)["reasons"].to_list() == [reasons]


def test_the_marginal_threshold_is_that_of_the_first_day_in_the_month(law: Law) -> None:
    rows = [
        *employed(date(2022, 9, 30), 2, gross_cents=520_00),
        placement("2022-10", date(2022, 10, 5), case_id="F-2", gross_cents=520_01),
    ]
    assert cases(law, programme(), rows)["reasons"].to_list() == [[], ["marginal"], []]


def test_a_date_without_law_is_refused(law: Law) -> None:
    table = "asylblg_grundleistungen"
    ending = Law(law.frames | {table: law.frames[table].filter(pl.col("valid_from") < date(2027, 1, 1))})
    assert cases(ending, programme(), [placement("2026-12", date(2026, 12, 1))]).height == 1
    with pytest.raises(Refusal, match=rf"01\.01\.2027.*{table}"):
        cases(ending, programme(), [placement("2027-01", date(2027, 1, 1))])


def test_a_day_without_law_in_mid_month_is_refused_with_its_key(law: Law) -> None:
    table = "asylblg_grundleistungen"
    last_row = (pl.col("valid_from") == date(2026, 1, 1)) & (pl.col("need_stage") == 1)
    shortened = pl.when(last_row).then(date(2026, 4, 14)).otherwise("valid_to")
    broken = Law(law.frames | {table: law.frames[table].with_columns(valid_to=shortened)})
    rows = employed(date(2026, 4, 1), 1)
    with pytest.raises(Refusal, match=rf"15\.04\.2026 .*{table}.*„1“"):
        cases(broken, programme(), rows)
    assert cases(broken, programme(), rows, entitled_to=date(2026, 4, 14))["need_cents"].to_list() == [412_33]


def test_a_missing_net_wage_is_refused_where_the_saving_is_measured_by_it(law: Law) -> None:
    with pytest.raises(Refusal, match=r"April 2016.*Nettolohn") as refused:
        cases(law, programme(savings={"basis": "statutory"}), employed(date(2016, 4, 1), 1, net_cents=None))
    assert refused.value.figures["case_id"] == "F-1"
    assert "F-1" not in str(refused.value)


def test_relief_of_the_net_wage_is_rounded_once(law: Law) -> None:
    rows = employed(date(2016, 4, 1), 1, net_cents=100_02)
    result = cases(law, programme(savings={"income_base": "net"}), rows)
    assert result["relief_cents"].to_list() == [25_01]  # 25.005


def test_relief_stays_empty_where_a_net_wage_that_it_rests_on_is_missing(law: Law) -> None:
    """Of two wages one net is unknown: 25 % of 640.00 alone would be 160.00, an amount from partial wages.

    The reported saving stands: need 554.00 (354.00 + 200.00), nothing paid. On the gross base relief is 177.00
    (50 % of 354.00; 25 % of 3,000.00 would be 750.00) whatever is known of net.
    """
    rows = [
        placement("2016-04", date(2016, 4, 1), net_cents=640_00),
        placement("2016-04", date(2016, 4, 2), net_cents=None),
    ]
    figures = ("relief_cents", "saved_benefit_statutory_cents", "saved_benefit_reported_cents")
    of_net = cases(law, programme(savings={"income_base": "net"}), rows)
    assert of_net.select(figures).row(0) == (None, None, 554_00)
    assert cases(law, programme(), rows).select(figures).row(0) == (177_00, None, 554_00)


def test_health_is_saved_on_eligible_days_inside_the_entitlement_alone(law: Law) -> None:
    """April 2016, entitled from the 11th to the 20th: 140.00 × 10 / 30 = 46.67, however many placements cover a day.

    Employed to the 15th and again from the 18th: 11–15 and 18–20, 140.00 × 8 / 30 = 37.33. Before the 11th alone: none.
    """
    entitled = {"entitled_from": date(2016, 4, 11), "entitled_to": date(2016, 4, 20)}
    whole, first, second = date(2016, 4, 1), date(2016, 4, 2), date(2016, 4, 18)
    for placements, days, saved in (
        ([placement("2016-04", whole)], 30, 46_67),
        ([placement("2016-04", whole), placement("2016-04", first)], 30, 46_67),
        ([placement("2016-04", whole, end=date(2016, 4, 15)), placement("2016-04", second)], 28, 37_33),
        ([placement("2016-04", whole, end=date(2016, 4, 10))], 10, 0),
    ):
        result = cases(law, programme(), placements, **entitled)
        assert result.select("eligible_days", "saved_health_cents").row(0) == (days, saved)


def test_lines_name_terms_law_reasons_and_the_first_eligible_row(law: Law) -> None:
    rows = [
        placement("2016-05", date(2016, 5, 2), row=5),
        placement("2016-05", date(2016, 5, 1), row=3, insured=False),
        placement("2016-05", date(2016, 5, 20), row=4),
        placement("2016-05", date(2016, 5, 1), case_id="F-2", row=6, insured=False),
    ]
    benefits = frame(BENEFITS, [benefit("2016-05"), benefit("2016-05", case_id="F-2")])
    placements, terms = frame(PLACEMENTS, rows), programme()
    judged = judged_placements(benefits, placements, terms, law)
    result = premium_lines(case_months(benefits, placements, terms, law), judged, law)
    assert result.height == 1
    line = result.row(0, named=True)
    assert (line["kind"], line["computed_cents"], line["reason"], line["row"]) == ("premium", 0, ["not_insured"], 5)
    assert line["legal_basis"] == "§§ 3, 7 AsylbLG, Sätze ab 17.03.2016; Prämienbedingungen ab 01.11.2015"
    assert with_reasons(judged)["reasons"].to_list() == [["not_insured"], [], [], ["not_insured"]]


@pytest.mark.parametrize(
    ("begin", "kind", "told"),
    [
        (date(2016, 2, 1), "Grundleistung", "§§ 3, 7 AsylbLG, Sätze ab 01.01.2016"),
        (date(2016, 3, 1), "Grundleistung", "§§ 3, 7 AsylbLG, Sätze ab 01.01.2016 und 17.03.2016"),
        (date(2019, 9, 1), "Grundleistung", "§§ 3, 7 AsylbLG, Sätze ab 01.09.2019"),
        (date(2026, 4, 1), "Analogleistung", "§ 2 AsylbLG, §§ 28, 82 SGB XII, Sätze ab 01.01.2026"),
    ],
)
def test_a_line_names_the_rates_of_its_month(law: Law, begin: date, kind: str, told: str) -> None:
    rows, terms = employed(begin, 1), programme()
    benefits = frame(BENEFITS, [benefit(f"{begin:%Y-%m}", benefit_kind=kind)])
    frames = benefits, frame(PLACEMENTS, rows)
    lines = premium_lines(case_months(*frames, terms, law), judged_placements(*frames, terms, law), law)
    assert lines["legal_basis"].to_list() == [f"{told}; Prämienbedingungen ab 01.11.2015"]


def test_start_up_is_one_line_per_municipality_from_its_month_on() -> None:
    start_up = {"eur_per_municipality": "10000.00", "service_month": "2015-11"}
    members = ({"ags": "05358012", "start_up_eur": "2500.00"}, {})
    terms = programme(start_up=start_up, members=members)
    assert start_up_lines(terms, "2015-10").is_empty()
    assert start_up_lines(programme(), "2016-03").is_empty()
    lines = start_up_lines(terms, "2016-03")
    assert lines["service_month"].to_list() == ["2015-11", "2015-11"]
    assert lines.select("ags", "computed_cents").rows() == [(AGS, 10_000_00), ("05358012", 2500_00)]


def test_nothing_reported_is_nothing_settled(law: Law) -> None:
    assert cases(law, programme(), []).is_empty()
