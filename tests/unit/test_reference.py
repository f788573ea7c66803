"""The plain reference over a county's months, with every amount worked out by hand (RULES sections 3, 5, 7 and 8)."""

from datetime import date
from typing import Any

from tests.reference import sample
from tests.reference.calendar import next_month
from tests.reference.office import Office, Run

Row = dict[str, Any]
TOWN = sample.DUEREN
NO_GRANT = ({"from": date(2015, 1, 1), "eur_per_month": "0.00"},)


def programme(savings: Row | None = None, **premium: Any) -> Row:
    """Share 0.80 and no waiting period, unless the test says otherwise; health 140.00."""
    health = ({"from": date(2015, 1, 1), "eur_per_month": "140.00"},)
    return sample.programme(
        start=date(2015, 11, 1),
        savings={"health": health} | (savings or {}),
        premium=({"from": date(2015, 1, 1), "share": "0.80", "waiting_days": 0} | premium,),
    )


def told(month: str, case_id: str = "A-001", begin: date = date(2016, 4, 1), **changes: Any) -> dict[str, list[Row]]:
    """One case of a return; accommodation 200.00, so that a stage 1 saves 354.00 + 200.00 + 140.00 = 694.00 in 2016."""
    names = ("end", "employer", "insured", "consent_on", "net_cents")
    job = {name: value for name, value in changes.items() if name in names}
    case = {name: value for name, value in changes.items() if name not in names}
    return {
        "benefits": [sample.benefit(month=month, case_id=case_id, **({"accommodation_cents": 200_00} | case))],
        "placements": [sample.placement(month=month, case_id=case_id, begin=begin, **job)],
    }


def both(*returns: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {name: [row for one in returns for row in one[name]] for name in ("benefits", "placements")}


def settled(office: Office, month: str, of: Row, *taken: tuple[str, dict[str, list[Row]]], **orders: Any) -> Run:
    """The month drafted and approved; afterwards the guarantee holds from the postings alone."""
    returns = [(TOWN, of_month, rows) for of_month, rows in taken]
    run = office.draft(month, of, returns, orders.get("manual", []), orders.get("cancelled", []))
    office.post(run)
    assert office.overcharged(run, month) == [] or of["savings"].get("guarantee") == "case"
    return run


def posted(run: Run, kind: str = "premium") -> dict[tuple[str, str], int]:
    """(case, service month) → what the run posted, without 0.00."""
    return {
        (line["case_id"], line["service_month"]): line["delta_cents"]
        for line in run.lines
        if line["kind"] == kind and line["delta_cents"]
    }


def opening(month: str, cents: int, **more: Any) -> Row:
    key = {"service_month": month, "ags": TOWN, "case_id": "A-001", "kind": "premium", "reference": ""}
    return key | {"computed_cents": cents} | more


def test_first_worked_figure() -> None:
    office, of = Office(), programme(waiting_days=42, cap_eur="2500.00")
    found = {}
    month = "2016-04"
    while month <= "2016-09":
        found |= posted(settled(office, month, of, (month, told(month))))
        month = next_month(month)
    amounts = {"2016-05": 1110_40, "2016-06": 555_20, "2016-07": 555_20, "2016-08": 279_20}
    assert found == {("A-001", month): cents for month, cents in amounts.items()}


def test_a_case_that_lost_more_than_it_saved_is_made_up_to_the_municipality() -> None:
    """The attack: −452.00 saved, 1,408.00 charged.

    A-001 saves 460.00 + 340.00 + 80.00 = 880.00 a month and is charged 0.80 × 880.00 = 704.00. B-002 saves
    460.00 + 80.00 − 1,646.00 = −1,106.00. Together −226.00 in April, −452.00 in May: all that is charged is relieved.
    In June B-002 draws 20.00 and loses no grant: 460.00 − 20.00 + 80.00 = 520.00. Together −452.00 + 880.00 + 520.00
    = 948.00, charged 3 × 704.00 = 2,112.00, relief 1,164.00: 1,408.00 − 1,164.00 = 244.00 are charged after all.
    """
    grant = ({"from": date(2015, 1, 1), "eur_per_month": "1646.00"},)
    health = ({"from": date(2015, 1, 1), "eur_per_month": "80.00"},)
    begin = date(2024, 4, 1)
    expected = {"2024-04": -704_00, "2024-05": -704_00, "2024-06": 244_00}
    for guarantee in ("municipality", "case"):
        of = programme({"health": health, "lost_state_grant": grant, "guarantee": guarantee})
        office = Office()
        for month in ("2024-04", "2024-05", "2024-06"):
            rows = both(
                told(month, "A-001", begin, accommodation_cents=340_00),
                told(month, "B-002", begin, accommodation_cents=0, state_grant=True, paid_cents=20_00 if month == "2024-06" else 0),
            )  # fmt: skip
            run = settled(office, month, of, (month, rows))
            assert posted(run) == {("A-001", month): 704_00}
            made_up = {("", month): expected[month]} if guarantee == "municipality" else {}
            assert posted(run, "neutrality") == made_up
    assert office.overcharged(run, "2024-06") == [
        (TOWN, "2024-04", 704_00, -226_00), (TOWN, "2024-05", 1408_00, -452_00), (TOWN, "2024-06", 2112_00, 948_00),
    ]  # fmt: skip


def closed_after(of: Row, returns: dict[str, dict[str, list[Row]]]) -> tuple[Office, list[Run]]:
    office = Office()
    runs = [settled(office, month, of, (month, rows)) for month, rows in returns.items()]
    office.close(2016)
    return office, runs


def test_nobody_pays_twice_after_a_year_is_closed() -> None:
    """The attack, by an ordinary January return: it knows another employer of the second job.

    Two jobs, November and from December on, at one employer: one spell of 61 days, the waiting period of 42 is over,
    so December is charged 2 × 694.00 = 1,388.00 (share 1). January's return names another employer of the second job,
    a break: November's 30 days never get ripe, December's and January's (62 days) are worth 1,388.00, charged already.
    """
    of = programme(share="1", waiting_days=42, employer_change="breaks")
    first, second = date(2016, 11, 1), date(2016, 12, 1)
    office, (november, december) = closed_after(
        of,
        {
            "2016-11": told("2016-11", begin=first, end=date(2016, 11, 30), employer="Bau"),
            "2016-12": told("2016-12", begin=second, employer="Bau"),
        },
    )
    assert posted(november) == {}
    assert posted(december) == {("A-001", "2016-12"): 1388_00}
    january = settled(office, "2017-01", of, ("2017-01", told("2017-01", begin=second, employer="Holz")))
    assert posted(january) == {}
    assert posted(january, "neutrality") == {}
    # February: 3 × 694.00 = 2,082.00 to date, 1,388.00 of it charged
    february = settled(office, "2017-02", of, ("2017-02", told("2017-02", begin=second, employer="Holz")))
    assert posted(february) == {("A-001", "2017-02"): 694_00}


def test_what_a_closed_month_turns_out_to_be_changes_the_first_open_month() -> None:
    """November and December charged 2 × 0.80 × 694.00 = 1,110.40. A Korrektur says that 494.00 were paid in December: saved 200.00.

    January: to date 0.80 × (694.00 + 200.00 + 694.00) = 1,270.40, less 1,110.40: 160.00. The closed months stay.
    Opened again, December is worth 0.80 × 200.00 = 160.00 instead of 555.20: −395.20, and January 555.20 instead of 160.00.
    """
    of, begin = programme(), date(2016, 11, 1)
    office, _ = closed_after(of, {month: told(month, begin=begin) for month in ("2016-11", "2016-12")})
    correction = told("2016-12", begin=begin, paid_cents=494_00)
    january = settled(office, "2017-01", of, ("2016-12", correction), ("2017-01", told("2017-01", begin=begin)))
    assert posted(january) == {("A-001", "2017-01"): 160_00}
    office.reopen()
    february = settled(office, "2017-02", of, ("2017-02", told("2017-02", begin=begin)))
    assert posted(february) == {
        ("A-001", "2016-12"): -395_20, ("A-001", "2017-01"): 395_20, ("A-001", "2017-02"): 555_20
    }  # fmt: skip


def test_what_no_open_month_of_a_case_can_settle_is_made_up_to_the_municipality() -> None:
    """November and December charged 1,110.40 for 1,388.00; a Korrektur takes the consent of December away, and no later return comes.

    The case saved 694.00 in November and has no open month: 1,110.40 − 694.00 = 416.40 are relieved in January.
    """
    of, begin = programme(), date(2016, 11, 1)
    office, _ = closed_after(of, {month: told(month, begin=begin) for month in ("2016-11", "2016-12")})
    correction = told("2016-12", begin=begin, consent_on=None)
    january = settled(office, "2017-01", of, ("2016-12", correction))
    assert posted(january) == {}
    assert posted(january, "neutrality") == {("", "2017-01"): -416_40}
    assert posted(settled(office, "2017-02", of), "neutrality") == {}


def test_neutrality_of_closed_months_is_settled_in_the_first_open_month() -> None:
    """A-001 charged 0.80 × 694.00 = 555.20 in December, B-002 saves 494.00 − 1,646.00 = −1,152.00: relieved 555.20.

    After the close a Korrektur says that B-002 was paid 494.00: saved 0.00 and no grant lost. Nobody works in January;
    together 694.00 ≥ 555.20: the 555.20 are charged again, in January.
    """
    savings = {"lost_state_grant": ({"from": date(2015, 1, 1), "eur_per_month": "1646.00"},)}
    of, begin = programme(savings), date(2016, 12, 1)

    def december(paid: int) -> dict[str, list[Row]]:
        # 354.00 and 140.00 health: 494.00; what was paid counts against the 354.00 only
        lost = told("2016-12", "B-002", begin, accommodation_cents=0, state_grant=True, paid_cents=paid)
        return both(told("2016-12", "A-001", begin), lost)

    office = Office()
    run = settled(office, "2016-12", of, ("2016-12", december(0)))
    assert posted(run) == {("A-001", "2016-12"): 555_20}
    assert posted(run, "neutrality") == {("", "2016-12"): -555_20}
    office.close(2016)
    run = settled(office, "2017-01", of, ("2016-12", december(354_00)))
    assert posted(run) == {}
    assert posted(run, "neutrality") == {("", "2017-01"): 555_20}


def test_what_was_taken_over_counts_as_charged_saved_and_counted() -> None:
    """Cap 2,500.00 and 0.80 × 694.00 = 555.20 a month from April 2016 on; what was charged before stands in March.

    2,500.00: the cap is reached, nothing more. 5,000.00: 2,500.00 too much. 2,000.00: 500.00 up to the cap.
    """
    for before, april, may in (
        (2500_00, 0, 0),
        (5000_00, -2500_00, 0),
        (2000_00, 500_00, 0),
        (1500_00, 555_20, 444_80),
    ):
        office, of = Office(opening=[opening("2016-03", before)]), programme(cap_eur="2500.00")
        run = settled(office, "2016-04", of, ("2016-04", told("2016-04")))
        assert posted(run).get(("A-001", "2016-04"), 0) == april
        assert posted(settled(office, "2016-05", of, ("2016-05", told("2016-05")))).get(("A-001", "2016-05"), 0) == may


def test_opening_balances_bring_their_months_and_saving() -> None:
    """Two months of a most of three were counted: April is the third and last. A row may tell of several months.

    To date: 1,000.00 saved and charged, April 694.00 → 1,000.00 + 555.20. With a saving of 900.00 alone: 900.00 + 694.00 = 1,594.00
    saved, the same 1,555.20 charged; with 700.00: 1,394.00 saved, so 1,394.00 − 1,000.00 = 394.00.
    """
    several = {"counted_months": 2}
    for rows, april in (
        ([opening("2016-02", 400_00), opening("2016-03", 600_00)], 555_20),
        ([opening("2016-03", 1000_00, **several)], 555_20),
        ([opening("2016-03", 1000_00, **several, saved_cents=900_00)], 555_20),
        ([opening("2016-03", 1000_00, **several, saved_cents=700_00)], 394_00),
    ):
        office, of = Office(opening=rows), programme(max_months=3)
        assert posted(settled(office, "2016-04", of, ("2016-04", told("2016-04")))) == {("A-001", "2016-04"): april}
        assert posted(settled(office, "2016-05", of, ("2016-05", told("2016-05")))) == {}


def test_employed_since_carries_waiting_period_and_milestones() -> None:
    """Waiting 42 days: from 1 April alone 30 days, nothing; employed since 1 March 61 days, 555.20.

    Milestones of 1,250.00 after 42 and 182 days: the first was charged before; since 1 November 2015 it is 182 days on
    30 April 2016 (30 + 31 + 31 + 29 + 31 + 30), but from 1,250.00 + 694.00 saved only 694.00 may be charged.
    """
    april = ("2016-04", told("2016-04"))
    for since, expected in ((None, {}), (date(2016, 3, 1), {("A-001", "2016-04"): 555_20})):
        office = Office(opening=[opening("2016-03", 500_00, employed_since=since)])
        assert posted(settled(office, "2016-04", programme(waiting_days=42), april)) == expected
    steps = ({"after_days": 42, "share": "0.5"}, {"after_days": 182, "share": "0.5"})
    of = programme(schedule="milestones", amount_eur="2500.00", milestones=steps)
    office = Office(opening=[opening("2016-03", 1250_00, employed_since=date(2015, 11, 1))])
    assert posted(settled(office, "2016-04", of, april)) == {("A-001", "2016-04"): 694_00}
    assert posted(settled(office, "2016-05", of, ("2016-05", told("2016-05")))) == {("A-001", "2016-05"): 556_00}
    # Without the day both milestones are still to come, but the amount agreed is 2,500.00: of the first, 500.00 are left.
    office = Office(opening=[opening("2016-03", 2000_00)])
    assert posted(settled(office, "2016-04", of, april)) == {}
    assert posted(settled(office, "2016-05", of, ("2016-05", told("2016-05")))) == {("A-001", "2016-05"): 500_00}


def test_employed_since_holds_only_where_the_gap_after_what_was_taken_over_is_bridged() -> None:
    """Waiting 42 days, 14 days' gap bridged, employed since 1 March, March taken over.

    From 15 April: 14 days' gap (1 to 14 April), so 61 days on 30 April; health 16 × 140.00 / 30 = 74.67, saved 354.00 + 200.00 + 74.67
    = 628.67, 0.80 of it 502.936 → 502.94. From 16 April: 15 days' gap, a new employment, 15 days in April: nothing;
    46 days in May: 0.80 × (354.00 + 200.00 + 15 × 140.00 / 30 + 694.00) = 0.80 × 1,318.00 = 1,054.40.
    """
    for begin, expected in (
        (date(2016, 4, 15), {("A-001", "2016-04"): 502_94, ("A-001", "2016-05"): 555_20}),
        (date(2016, 4, 16), {("A-001", "2016-05"): 1054_40}),
    ):
        office = Office(opening=[opening("2016-03", 500_00, employed_since=date(2016, 3, 1))])
        found = {}
        for month in ("2016-04", "2016-05"):
            rows = told(month, begin=begin)
            found |= posted(settled(office, month, programme(waiting_days=42), (month, rows)))
        assert found == expected


def test_with_its_return_an_opening_balance_is_a_posting_like_any_other() -> None:
    """March was charged 500.00 before; its late return says 359.16 + 200.00 + 140.00 = 699.16 saved: 0.80 × 699.16 = 559.328.

    April alone: 500.00 + 555.20. With March: to date 0.80 × (699.16 + 694.00) = 1,114.528 → 1,114.53; March 559.33 − 500.00, April stays
    555.20, for 1,114.53 − 559.33 = 555.20.
    """
    office, of = Office(opening=[opening("2016-03", 500_00)]), programme()
    begin = date(2016, 3, 1)
    april = settled(office, "2016-04", of, ("2016-04", told("2016-04", begin=begin)))
    assert posted(april) == {("A-001", "2016-04"): 555_20}
    may = settled(office, "2016-05", of, ("2016-03", told("2016-03", begin=begin)))
    assert posted(may) == {("A-001", "2016-03"): 59_33}


def test_a_reversed_document_is_settled_anew_and_manual_lines_with_it() -> None:
    """April's document: 555.20 and a manual line of 10.00. Reversed in May, both come again; the books come to the same."""
    office, of = Office(), programme()
    manual = opening("2016-04", 10_00) | {"case_id": "", "kind": "adjustment", "reference": "V-1"}
    settled(office, "2016-04", of, ("2016-04", told("2016-04")), manual=[manual])
    run = settled(office, "2016-05", of, ("2016-05", told("2016-05")), cancelled=[(TOWN, "2016-04")])
    assert {row["kind"]: row["delta_cents"] for row in run.reversals} == {"premium": -555_20, "adjustment": -10_00}
    assert posted(run) == {("A-001", "2016-04"): 555_20, ("A-001", "2016-05"): 555_20}
    assert posted(run, "adjustment") == {("", "2016-04"): 10_00}
    assert sum(row["delta_cents"] for row in office.postings) == 1120_40


def test_health_is_saved_inside_the_entitlement_only_and_relief_needs_its_base() -> None:
    """April, entitled from the 16th: 15 × 354.00 / 30 = 177.00; health 15 × 140.00 / 30 = 70.00 though employed all month.

    On the net base a missing net wage leaves relief and statutory saving empty; on the gross base relief is min(25 % of 1,500.00, 177.00).
    """
    entitled = told("2016-04", accommodation_cents=0, entitled_from=date(2016, 4, 16))
    run = settled(Office(), "2016-04", programme(), ("2016-04", entitled))
    assert (run.cases[0]["need_cents"], run.cases[0]["saved_health_cents"]) == (177_00, 70_00)
    for base, relief in (("net", None), ("gross", 177_00)):
        of = programme({"income_base": base})
        (case,) = settled(Office(), "2016-04", of, ("2016-04", told("2016-04", net_cents=None))).cases
        assert (case["relief_cents"], case["saved_benefit_statutory_cents"]) == (relief, None)
