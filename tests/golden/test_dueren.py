"""The shipped year of Kreis Düren, month by month, against the plain reference and hand calculations."""

import shutil
import sqlite3
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from flows.calibration import calibrate
from flows.location import find_location
from schemas.returns import BENEFITS, PLACEMENTS, Table
from tests.command import call, contents
from tests.golden.board import unknown_figures
from tests.golden.due_dates import check_due_dates
from tests.golden.indicators import figure
from tests.golden.recalculation import check_all
from tests.golden.sums import check_sums, paid_cents
from tests.golden.test_mittelsachsen import approval_date
from tests.reference.calendar import days_of
from tests.reference.law import monthly_rate
from tests.reference.premium import case_months
from tests.reference.terms import programme_as_written
from tests.sample.dueren import MONTHS, OUTCOMES, RETURNS
from tests.sample.submission import holding_rows

WHERE = ("--programme", "dueren")
START_UP_CENTS = 10_000_00
HEALTH_CENTS = 55_00
Row = dict[str, Any]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole year, settled and approved, and the ledger verified after every month."""
    folder = tmp_path_factory.mktemp("dueren")
    for month in MONTHS:
        where = ("--outputs", folder, *WHERE)
        assert call("settle", month, "--direct", "--by", "Eva", *where).code == 0
        assert call("approve", month, "--by", "Frida", "--date", approval_date(month), *where).code == 0
        assert call("verify", *where).code == 0
    return folder / "dueren"


@pytest.fixture(scope="module")
def cases(outputs: Path) -> pl.DataFrame:
    return pl.read_parquet(outputs / MONTHS[-1] / "cases.parquet")


@pytest.fixture(scope="module")
def lines(outputs: Path) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(outputs / month / "lines.parquet") for month in MONTHS])


def raw_rows(table: Table) -> list[Row]:
    return holding_rows(RETURNS, table)


def test_the_year_agrees_with_the_plain_reference_in_every_figure(cases: pl.DataFrame) -> None:
    expected = case_months(raw_rows(BENEFITS), raw_rows(PLACEMENTS), programme_as_written(Path("inputs/dueren")))
    assert len(expected) > 150
    found = {(row["ags"], row["case_id"], row["service_month"]): row for row in cases.to_dicts()}
    assert len(found) == len(expected)
    for row in expected:
        key = (row["ags"], row["case_id"], row["service_month"])
        assert {name: found[key][name] for name in row} == row, key


def test_25_placements_are_eligible_and_the_others_say_why(cases: pl.DataFrame) -> None:
    eligible_days = {(row["ags"], row["case_id"]) for row in cases.filter("eligible").to_dicts()}
    cases_of_placements = {(row["case_id"], row["begin"]): row["ags"] for row in raw_rows(PLACEMENTS)}
    eligible = [key for key, outcome in OUTCOMES.items() if outcome == "eligible"]
    assert len(eligible) == 25
    assert {(cases_of_placements[key], key[0]) for key in eligible} == eligible_days
    rejected = [key for key, outcome in OUTCOMES.items() if outcome != "eligible"]
    assert len(rejected) >= 7
    for case_id, _ in rejected:
        reasons = cases.filter(pl.col("case_id") == case_id)["reasons"].explode().drop_nulls()
        assert reasons.len() > 0, case_id


def test_the_start_up_contribution_is_charged_once_to_each(lines: pl.DataFrame) -> None:
    start_up = lines.filter(pl.col("kind") == "start_up")
    assert start_up["settled_in"].unique().to_list() == ["2015-11"]
    assert start_up["delta_cents"].to_list() == [START_UP_CENTS] * 15


def test_one_case_by_hand(cases: pl.DataFrame, lines: pl.DataFrame) -> None:
    """LIN-201, stage 1, accommodation 180.00, employed from 2016-02-01, health 55.00, share 0.80, cap 2,500.00."""
    own = cases.filter(pl.col("case_id") == "LIN-201").sort("service_month")
    assert own.select("service_month", "saved_cents", "premium_cents").rows() == [
        ("2016-02", 59900, 0),  # 364 + 180 + 55; 29 days
        # (16 × 364 + 15 × 354) / 31 = 359.16, + 180 + 55; 60 days: 0.80 × (599.00 + 594.16) = 954.528
        ("2016-03", 59416, 95453),
        ("2016-04", 58900, 47120),  # 354 + 180 + 55; 0.80 × 1,782.16 = 1,425.728, − 954.53
        ("2016-05", 31312, 25049),  # Korrektur: 534 − 275.88 + 55; 0.80 × 2,095.28 = 1,676.224, − 1,425.73
        ("2016-06", 58900, 47120),  # 0.80 × 2,684.28 = 2,147.424, − 1,676.22
        ("2016-07", 58900, 35258),  # the cap: 2,500.00 − 2,147.42
        ("2016-08", 58900, 0),
        ("2016-09", 58900, 0),
        ("2016-10", 58900, 0),
    ]
    may = lines.filter(pl.col("case_id") == "LIN-201", pl.col("service_month") == "2016-05").sort("settled_in")
    # First 0.80 × 589.00 = 471.20; the Korrektur of July gives back 471.20 − 250.49.
    assert may.select("settled_in", "delta_cents").rows() == [("2016-05", 47120), ("2016-07", -22071)]


def test_no_municipality_was_ever_charged_more_than_it_had_saved(cases: pl.DataFrame, lines: pl.DataFrame) -> None:
    """Straight from the rows sent: need less paid, plus health, over counted months; no cap, no minimum."""
    paid = {(row["ags"], row["case_id"], row["month"]): row for row in raw_rows(BENEFITS)}
    saved: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    premiums = (
        lines.filter(pl.col("kind") == "premium")
        .group_by("ags", "case_id", "service_month")
        .agg(pl.col("delta_cents").sum())
    )
    charged_in = {tuple(key): cents for *key, cents in premiums.iter_rows()}
    charged: dict[tuple[str, str], int] = defaultdict(int)
    by_town: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
    for case in cases.filter("eligible").sort("service_month").iter_rows(named=True):
        key, month = (case["ags"], case["case_id"]), case["service_month"]
        if case["counted_month"] is not None:
            row, days = paid[*key, month], days_of(month)
            entitled = [
                day for day in days if (row.get("entitled_from") or day) <= day <= (row.get("entitled_to") or day)
            ]
            rates = sum(monthly_rate(row["benefit_kind"], row["need_stage"], day) for day in entitled)
            need = max(Fraction(rates, len(days)) - row["cut_cents"], Fraction(0)) + row["accommodation_cents"]
            health = Fraction(HEALTH_CENTS * case["eligible_days"], len(days))
            # Each of the two figures is rounded once, which may add half a cent to it.
            gain = need - row["paid_cents"] + health + 1
            saved[key] += gain
            by_town[key[0]][0] += gain
        charged[key] += charged_in.get((*key, month), 0)
        by_town[key[0]][1] += charged_in.get((*key, month), 0)
        assert 0 <= charged[key] <= saved[key], (key, month)
    assert all(charges <= gains for gains, charges in by_town.values())
    assert sum(charged.values()) > 0


def test_the_overview_counts_every_month_of_the_guarantee(
    outputs: Path, cases: pl.DataFrame, lines: pl.DataFrame
) -> None:  # fmt: skip
    """Every municipality and month in which a case saved something, or something of the carrier's was charged."""
    book = openpyxl.load_workbook(outputs / MONTHS[-1] / f"Finanzuebersicht-{MONTHS[-1]}.xlsx", data_only=True)
    row = next(row for row in book["Kontrolle"].iter_rows(values_only=True) if "Ausgleich ≤ Ersparnis" in str(row[0]))
    saved, charged = cases.filter("eligible"), lines.filter(pl.col("kind").is_in(["premium", "start_up"]))
    months = pl.concat([frame.select("ags", "service_month") for frame in (saved, charged)]).unique().height
    assert row[1:] == (months, months, 0, "OK")


@pytest.mark.parametrize("month", MONTHS)
def test_lines_statements_bookings_and_overview_agree(outputs: Path, month: str) -> None:
    assert len(list((outputs / month / "Kommunen").glob("*/Abrechnung-*.xlsx"))) == 15
    check_sums(outputs / month)
    check_due_dates(outputs / month)


def test_the_carrier_gets_what_the_municipalities_are_charged(outputs: Path, lines: pl.DataFrame) -> None:
    """15 start-up contributions of 10,000.00 in November 2015, then every month's premiums; no month took back more."""
    charged = dict(lines.group_by("settled_in").agg(pl.col("delta_cents").sum()).iter_rows())
    paid = {month: paid_cents(outputs / month) for month in MONTHS}
    assert paid["2015-11"] == 15 * START_UP_CENTS
    assert paid == {month: charged.get(month, 0) for month in MONTHS}
    assert not (outputs / "2015-12" / "Zahlungen-2015-12.xml").exists()  # nothing was owed


def test_emit_writes_the_same_bytes(outputs: Path) -> None:
    before = contents(outputs / "2016-01")
    assert "Zahlungen-2016-01.xml" in before
    assert call("emit", "2016-01", "--outputs", outputs.parent, *WHERE).code == 0
    assert contents(outputs / "2016-01") == before


def test_the_board_report_shows_the_first_programme_year(outputs: Path) -> None:
    """As published: 980 persons in procedure, 710 of them aged 18 to 65; targets of 25 and then 45 placements."""
    answer = call("report", "--as-of", "2016-10-31", "--direct", "--outputs", outputs.parent, *WHERE)
    assert answer.code == 0, answer.err
    report, year_end = outputs / "2016-10-31", date(2016, 10, 31)
    assert figure(report, "placements_year_to_date", last=year_end) == 25
    assert figure(report, "placements_target", last=year_end) == 25
    assert figure(report, "placements_target_year", "programme_year", "2") == 45
    assert figure(report, "potential") == 980
    assert figure(report, "potential", "age_group", "18 bis 65") == 710
    assert round(figure(report, "potential_working_age_share") * 100) == 72  # 710 / 980 = 72.4 %
    assert figure(report, "potential", "status", "Ankunftsnachweis") == 2_500
    # Begun by 2016-09-19: all but LIN-214; KRZ-045 (33 days) and NZ-041 (19 days) did not last 42 days.
    assert figure(report, "placements_observed", "after", "6 weeks") == 24
    assert figure(report, "placements_retained", "after", "6 weeks") == 22


def test_the_board_report_of_a_quarter_adds_up_to_postings(
    outputs: Path, lines: pl.DataFrame, cases: pl.DataFrame
) -> None:
    assert call("report", "2016-Q1", "--direct", "--outputs", outputs.parent, *WHERE).code == 0
    report, end = outputs / "2016-Q1", date(2016, 3, 31)
    year = lines.filter(pl.col("service_month") <= "2016-03")
    charged = {kind: year.filter(pl.col("kind") == kind)["delta_cents"].sum() for kind in ("premium", "start_up")}
    assert figure(report, "start_up", last=end, first=date(2015, 11, 1)) == 150_000  # 15 × 10,000.00
    assert figure(report, "premiums", last=end, first=date(2015, 11, 1)) == charged["premium"] / 100
    coverage = Decimal(charged["premium"] + charged["start_up"]) / 210_000_00
    assert figure(report, "coverage") == pytest.approx(float(coverage), abs=1e-12)
    saved = cases.filter(pl.col("service_month").is_in(["2016-01", "2016-02", "2016-03"]))["saved_cents"].sum()
    assert figure(report, "savings", last=end, first=date(2016, 1, 1)) == saved / 100


def test_libreoffice_calculates_every_workbook_of_a_month_alike(outputs: Path, tmp_path: Path) -> None:
    """July 2016, with a negative correction: 15 statements and the overview, every formula anew."""
    files = sorted((outputs / "2016-07").rglob("*.xlsx"))
    assert len(files) == 16
    assert check_all(files, tmp_path) > 2000  # with the derivations of all cases so far


def test_reports_one_after_another_still_show_the_first_year(outputs: Path, tmp_path: Path) -> None:
    """Every quarter was reported before; written again, no report changes, whoever else the first and the last are written for."""
    shutil.copytree(outputs, tmp_path / "dueren", ignore=shutil.ignore_patterns("published.parquet", "2016-Q*"))
    with sqlite3.connect(tmp_path / "dueren/ledger.db") as ledger:  # nor does the ledger know of a report yet
        for (name,) in ledger.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'publications'"
        ):
            ledger.execute(f"DROP TRIGGER {name}")
        ledger.execute("DELETE FROM publications")
    where = ("--direct", "--outputs", tmp_path, *WHERE)
    periods = [("2015-Q4",), ("2016-Q1",), ("2016-Q2",), ("2016-Q3",), ("--as-of", "2016-10-31")]
    for period in periods:
        assert call("report", *period, *where).code == 0
    reports = [tmp_path / "dueren" / period[-1] / "indicators.parquet" for period in periods]
    assert figure(reports[-1].parent, "placements_year_to_date", last=date(2016, 10, 31)) == 25
    first_bytes = [path.read_bytes() for path in reports]
    for reader in ("kreis", "05358008", "beirat"):
        for period in (periods[0], periods[-1]):
            assert call("report", *period, "--for", reader, *where).code == 0
    assert [path.read_bytes() for path in reports] == first_bytes


def test_only_those_who_may_see_a_municipality_s_money(outputs: Path, cases: pl.DataFrame) -> None:
    """The board sees none of it, a municipality its own; counts of persons are the same for all."""
    tables = {}
    for reader in ("beirat", "kreis", "05358008"):
        answer = call(
            "report", "--as-of", "2016-10-31", "--for", reader, "--direct", "--outputs", outputs.parent, *WHERE
        )
        assert answer.code == 0, answer.err
        suffix = "" if reader == "beirat" else f"-{reader}"
        tables[reader] = pl.read_parquet(outputs / "2016-10-31" / f"indicators{suffix}.parquet")
    municipal = {
        reader: table.filter(pl.col("dimension") == "municipality", pl.col("unit").is_in(["EUR", "hours"]))
        for reader, table in tables.items()
    }
    assert municipal["beirat"].is_empty()
    assert municipal["05358008"]["category"].unique().to_list() == ["05358008"]
    assert municipal["kreis"]["category"].n_unique() == 15
    saved = cases.filter(pl.col("ags") == "05358008")["saved_cents"].sum()
    own = municipal["05358008"].filter(pl.col("indicator") == "savings", pl.col("period_from") == date(2015, 11, 1))
    assert own.sort("period_to")["value"].to_list()[-1] == saved / 100
    for table in (tables["kreis"], tables["05358008"]):
        rest = table.filter((pl.col("dimension") != "municipality") | ~pl.col("unit").is_in(["EUR", "hours"]))
        assert rest.equals(tables["beirat"])


def test_a_report_is_refused_with_the_mend(outputs: Path) -> None:
    where = ("--direct", "--outputs", outputs.parent, *WHERE)
    for arguments, told in {
        ("2016-Q4",): "Nicht freigegeben: November 2016, Dezember 2016.",
        ("2016-Q5",): "kein Quartal",
        ("2015-Q3",): "außerhalb des Programms",
        ("--as-of", "2016-11-02"): "November 2016 ist noch nicht abgerechnet",
        ("--as-of", "31.09.2016"): "kein Datum",
        ("--as-of", "2931-04-14"): "Stichtag 14.04.2931 liegt in der Zukunft. Bitte einen Stichtag bis heute (",
        ("2931-Q2",): "2. Quartal 2931 liegt in der Zukunft. Bitte ein Quartal mit Beginn bis heute (",
        (): "entweder ein Quartal",
        ("2016-Q1", "--for", "05315000"): "kein Empfänger",
    }.items():
        answer = call("report", *arguments, *where)
        assert (answer.code, answer.out) == (2, "")
        assert told in answer.err
    answer = call("report", "2016-Q4", "--preliminary", *where)
    assert answer.code == 0
    assert "vorläufig" in answer.out


def test_every_figure_of_the_board_s_pdf_is_published(outputs: Path) -> None:
    answer = call("report", "--as-of", "2016-10-31", "--direct", "--outputs", outputs.parent, *WHERE)
    assert answer.code == 0, answer.err
    report = outputs / "2016-10-31"
    assert unknown_figures(report / "Projektbeirat-2016-10-31.pdf", report / "indicators.parquet") == []


def test_the_calibration_at_the_agreed_terms_gives_what_was_charged(outputs: Path, lines: pl.DataFrame) -> None:
    answer = calibrate(find_location(Path("inputs"), outputs.parent, "dueren"), None, date(2016, 11, 20)).calibration
    charged = lines.filter(pl.col("kind") == "premium").group_by("ags").agg(pl.col("delta_cents").sum()).sort("ags")
    agreed = answer.at_agreed.filter(pl.col("ags").is_in(charged["ags"].to_list()))
    assert agreed.select("ags", "premium_cents").rows() == charged.rows()
    assert sum(answer.at_agreed["premium_cents"]) == sum(charged["delta_cents"]) > 0
    assert answer.cost_cents == 210_000_00  # twelve months: the whole year's
