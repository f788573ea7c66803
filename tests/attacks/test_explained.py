"""What closed years, opening balances and neutrality do to a premium is derived like every other figure."""

from datetime import date
from pathlib import Path

from flows.compute.explanation.case import derive
from flows.ledger.views.case import case_history
from schemas.derivation import Derivation, Section, Step
from schemas.derivation_words import conclusion_in_words, guarantee_in_words
from schemas.months import Month
from tests.attacks.county import County, employed
from tests.attacks.test_neutrality import GRANT, costs, saves
from tests.attacks.test_taken_over import MILESTONES
from tests.properties import engine

OCTOBER, NOVEMBER = date(2016, 10, 1), date(2016, 11, 1)


def derived(county: County, month: str, case: str = "A-001") -> Derivation:
    """The derivation; every step of it is what its parts give, or it would be refused."""
    return derive(
        case_history(county.ledger, county.programme, case, month, None), county.programme, engine.law(), month
    )


def section(derivation: Derivation, title: str) -> Section:
    return next(section for section in derivation.sections if section.title == title)


def parts(derivation: Derivation, label: str) -> list[tuple[str, int | None]]:
    """The parts of a step of the premium."""
    steps = [entry for entry in section(derivation, "Prämie").entries if isinstance(entry, Step)]
    return [(part.label, part.cents) for part in next(step for step in steps if step.label == label).parts]


def test_the_first_open_month_names_what_closed_years_were_charged(tmp_path: Path) -> None:
    """A Korrektur of December saves 500.00 less: 694.00 + 194.00 + 694.00 = 1,582.00, of which 1,388.00 are posted."""
    county = County.opened(tmp_path)
    for month in ("2016-11", "2016-12"):
        county.report(month, employed(begin=NOVEMBER))
        county.settle(month)
    county.close(2016)
    county.report("2016-12", employed(begin=NOVEMBER, paid_cents=500_00))
    for month in ("2017-01", "2017-02"):
        county.report(month, employed(begin=NOVEMBER))
        county.settle(month)
    assert parts(derived(county, "2017-01"), "Prämie für Januar 2017") == [
        ("Prämie bis Monatsende", 1582_00),
        ("abzüglich der in abgeschlossenen Jahren gebuchten Prämien, Stornos eingerechnet", -1388_00),
    ]
    december = section(derived(county, "2016-12"), "Prämie").entries[-1]
    assert isinstance(december, Step)
    assert (december.cents, december.formula) == (694_00, "abgeschlossenes Jahr: es bleibt, was gebucht ist")
    assert parts(derived(county, "2017-02"), "Prämie für Februar 2017") == [
        ("Prämie bis Monatsende", 2276_00), ("abzüglich Prämie bis Januar 2017", -1582_00),
    ]  # fmt: skip


def test_what_was_taken_over_stands_in_saving_target_and_premium(tmp_path: Path) -> None:
    """100.00 charged and 300.00 saved before; 0.80 × 694.00 = 555.20 are due for October."""
    county = County.opened(tmp_path, start="2016-08", share="0.80")
    county.opening({"service_month": "2016-09", "cents": 100_00, "saved_cents": 300_00})
    county.report("2016-10", employed(begin=OCTOBER))
    county.settle("2016-10")
    october = derived(county, "2016-10")
    before = "vor Einführung dieses Verfahrens"
    assert parts(october, "Ersparnis bis Monatsende") == [
        (f"{before} erspart (Eröffnungssalden)", 300_00), ("Oktober 2016", 694_00),
    ]  # fmt: skip
    assert parts(october, "Prämienziel") == [(f"{before} berechnet (Eröffnungssalden)", 100_00), ("seither", 555_20)]
    assert parts(october, "Prämie für Oktober 2016") == [
        ("Prämie bis Monatsende", 655_20), (f"abzüglich {before} berechneter Prämien (Eröffnungssalden)", -100_00),
    ]  # fmt: skip


def test_milestones_reached_before_are_named(tmp_path: Path) -> None:
    """Employed since August, 61 days at the end of September; 500.00 of 1,000.00 were charged."""
    county = County.opened(tmp_path, start="2016-08", **MILESTONES)
    county.opening({"service_month": "2016-09", "cents": 500_00, "employed_since": date(2016, 8, 1)})
    for month in ("2016-10", "2016-11"):
        county.report(month, employed(begin=OCTOBER))
        county.settle(month)
    facts = [str(entry) for entry in section(derived(county, "2016-11"), "Prämie").entries]
    assert any("nach 42 Tagen: schon vor Einführung dieses Verfahrens erreicht" in fact for fact in facts)
    assert any("nach 100 Tagen: erreicht am 08.11.2016" in fact for fact in facts)


def test_what_is_made_good_to_the_municipality_stands_with_each_of_its_cases(tmp_path: Path) -> None:
    """October: A-001 saves 704.00, A-002 costs 930.00: −226.00 together; 704.00 are charged and made good."""
    county = County.opened(tmp_path, savings=GRANT)
    county.report("2016-10", saves(), costs())
    county.settle("2016-10")
    for case in ("A-001", "A-002"):
        entries = section(derived(county, "2016-10", case), "Ausgleich zur Kostenneutralität der Kommune").entries
        assert [entry.cents for entry in entries if isinstance(entry, Step)] == [-226_00, 704_00, 0, -704_00]


def test_what_was_taken_over_stands_until_the_municipality_reports_the_month(tmp_path: Path) -> None:
    """100.00 were charged for September; nobody reports it, so nothing of it comes with the next settlement."""
    county = County.opened(tmp_path, start="2016-08", share="0.80")
    county.opening({"service_month": "2016-09", "cents": 100_00})
    county.report("2016-10", employed(begin=OCTOBER))
    county.settle("2016-10")
    (account,) = derived(county, "2016-09").accounts
    assert conclusion_in_words(account) == (
        "Vor Einführung dieses Verfahrens sind 100,00 € berechnet worden (Eröffnungssaldo). "
        "Dabei bleibt es, solange die Kommune für diesen Monat nichts meldet."
    )
    assert [booking.settled_with for booking in account.bookings] == ["Eröffnungssalden"]
    county.report("2016-09", employed(begin=date(2016, 9, 1)))
    county.settle("2016-11")
    (account,) = derived(county, "2016-09").accounts
    assert account.stays is None  # from there on the key is settled like every other
    assert [booking.settled_with for booking in account.bookings] == ["Eröffnungssalden", "November 2016"]


def test_a_closed_year_says_who_makes_up_for_it(tmp_path: Path) -> None:
    """December is 500.00 too high. A-001 goes on: its first open month settles it; A-002 ended: nothing does."""
    county = County.opened(tmp_path)
    both = ("A-001", "A-002")
    county.report("2016-12", *(employed(case, begin=date(2016, 12, 1)) for case in both))
    county.settle("2016-12")
    county.close(2016)
    county.report("2016-12", *(employed(case, begin=date(2016, 12, 1), paid_cents=500_00) for case in both))
    county.report("2017-01", employed("A-001", begin=date(2016, 12, 1)))
    county.settle("2017-01")
    told = {}
    for case in both:
        guarantee = derived(county, "2016-12", case).guarantee
        assert guarantee is not None
        assert (guarantee.charged_cents, guarantee.settled_cents) == (194_00, 694_00)
        told[case] = guarantee_in_words(guarantee, Month("2016-12"))
    assert (
        "(abgerechnet sind bisher 694,00 €; den Unterschied gleicht der erste offene Monat des Falls aus)"
        in told["A-001"]
    )
    assert "(abgerechnet sind bisher 694,00 €; das Jahr ist abgeschlossen, es bleibt, was gebucht ist)" in told["A-002"]
