"""Placements in work: potential, the way into the programme, eligible placements, retention, saving and premiums."""

from datetime import date

import polars as pl

from flows.compute.indicators.events import AMOUNTS, Events, Family, Group, Purse, amounts, events, together
from flows.compute.law import Law
from flows.compute.rules.eligibility import CASE, judged_placements, with_reasons
from schemas.month_columns import last_days
from schemas.months import Month, month_of
from schemas.programme.programme import Programme
from schemas.report import ReportBooks
from schemas.results import LineKind

ELIGIBLE, RETAINED, LOST = "eligible", "retained", "lost"
IN_PROCEDURE = ("Aufenthaltsgestattung", "Duldung")
AFTER = {"6 weeks": "42d", "3 months": "3mo", "6 months": "6mo", "12 months": "12mo"}
STEPS = ("proposed", "approved", "rejected", "profiled", "placed")

JUDGED = Family(Group.PLACEMENTS, "judged")


def stock_by(mark: str) -> Family:
    """Persons of the Bestand by status, those in procedure by age group."""
    return Family(Group.STOCK, mark)


def step(name: str) -> Family:
    """Persons who took a step (STEPS)."""
    return Family(Group.STEP, "all", name)


def followed_up(after: str) -> Family:
    """Eligible placements that are observable after a time (AFTER), as retained or lost."""
    return Family(Group.AFTER, "kept", after)


def placement_events(books: ReportBooks, programme: Programme, law: Law) -> Events:
    """Events of potential, participants, placements and retention."""
    ways = books.rows["participations"].sort("month").unique(CASE, keep="last", maintain_order=True)
    decided = ways.with_columns(decided_on=pl.coalesce("decided_on", "proposed_on"))
    found = _stock_events(books) | {
        step("proposed"): events(ways, "proposed_on"),
        step("approved"): events(decided.filter(decision="zugestimmt"), "decided_on"),
        step("rejected"): events(decided.filter(decision="abgelehnt"), "decided_on"),
        step("profiled"): events(ways, "profiled_on"),
    }
    if programme.premium and books.rows["placements"].height:
        placements = _judged(books, programme, law)
        eligible = placements.filter(pl.col("leaf") == ELIGIBLE)
        first = eligible.group_by(CASE).agg(pl.col("begin").min())
        found |= {JUDGED: events(placements, "begin", pl.col("leaf")), step("placed"): events(first, "begin")}
        found |= _retention_events(eligible, placements, programme)
    return found


def _stock_events(books: ReportBooks) -> Events:
    """Persons by status, and those in procedure by age group, on the last day of every month with a Bestand.

    A municipality that sent none for the month is counted with its last one.
    """
    stock = books.rows["stock"]
    found: dict[Family, list[pl.DataFrame]] = {stock_by("status"): [], stock_by("age_group"): []}
    for month in stock["month"].unique().sort():
        known = stock.filter(pl.col("month") <= month)
        rows = known.filter(pl.col("month") == pl.col("month").max().over("ags")).with_columns(month=pl.lit(month))
        for mark, part in (("status", rows), ("age_group", rows.filter(pl.col("status").is_in(IN_PROCEDURE)))):
            counted = part.select(leaf=pl.col(mark), day=last_days("month"), count=pl.col("persons"))
            found[stock_by(mark)].append(counted)
    return {family: together(frames) for family, frames in found.items()}


def _judged(books: ReportBooks, programme: Programme, law: Law) -> pl.DataFrame:
    """One row per placement: `leaf` says that it is eligible in at least one month, or the first reason why not.

    `known_end`: the reported Ende, or null; `known_until`: up to which day the employment is known to run.
    """
    judged = judged_placements(books.rows["benefits"], books.rows["placements"], programme, law)
    reported_end = books.rows["placements"].sort("month").group_by(*CASE, "begin").agg(known_end=pl.col("end").last())
    placements = (
        judged.group_by(*CASE, "begin")
        .agg(
            pl.col("eligible").any(),
            pl.col("failed").bitwise_or(),
            pl.col("insured").last(),
            known_until=pl.col("end").last(),
        )
        .join(reported_end, on=[*CASE, "begin"], how="left")
        .sort(*CASE, "begin")
    )
    first_reason = pl.col("reasons").list.first().fill_null("")
    leaf = pl.when("eligible").then(pl.lit(ELIGIBLE)).otherwise(first_reason)
    return with_reasons(placements).with_columns(leaf=leaf)


def _retention_events(eligible: pl.DataFrame, placements: pl.DataFrame, programme: Programme) -> Events:
    """For each time: an eligible placement becomes observable on its last day, as retained or lost.

    Retained: employed without a gap longer than the bridging days from Beginn to that day. What a return leaves open
    (neither an Ende nor a later month reported) is observed neither way.
    """
    bridge = max(terms.bridge_days for terms in programme.premium)
    employments = placements.filter("insured").select(
        *CASE, next_begin="begin", next_until="known_until", next_open=pl.col("known_end").is_null()
    )
    chains = (
        eligible.select(*CASE, "begin", "known_until", open=pl.col("known_end").is_null())
        .join(employments, on=CASE)
        .filter(pl.col("next_begin") >= pl.col("begin"))
        .sort(*CASE, "begin", "next_begin")
    )
    followed = [_follow(group, bridge) for _, group in chains.group_by([*CASE, "begin"], maintain_order=True)]
    spans = pl.DataFrame(followed, schema={"begin": pl.Date, "until": pl.Date, "open": pl.Boolean}, orient="row")
    found: Events = {}
    for after, offset in AFTER.items():
        reached = spans.with_columns(day=pl.col("begin").dt.offset_by(offset).dt.offset_by("-1d")).with_columns(
            kept=pl.col("until") >= pl.col("day")
        )
        known = reached.filter(pl.col("kept") | ~pl.col("open"))
        leaf = pl.when("kept").then(pl.lit(RETAINED)).otherwise(pl.lit(LOST))
        found[followed_up(after)] = events(known, "day", leaf)
    return found


def _follow(chain: pl.DataFrame, bridge: int) -> tuple[date, date, bool]:
    """Beginn, last known day of the employment, and whether it is still open then."""
    begin, until, still_open = chain.select("begin", "known_until", "open").row(0)
    for next_begin, next_until, next_open in chain.select("next_begin", "next_until", "next_open").iter_rows():
        if (next_begin - until).days - 1 <= bridge and next_until >= until:
            until, still_open = next_until, next_open
    return begin, until, still_open


def money_amounts(books: ReportBooks) -> pl.DataFrame:
    """Amounts (AMOUNTS) of saving, premiums, neutrality with them, and start-up contributions by service month.

    Premiums of opening balances that stand are amounts of their own: their saving is not known.
    """
    saved = books.cases.filter(pl.col("saved_cents") != 0)
    found = [pl.DataFrame(schema=AMOUNTS), amounts(Purse.SAVINGS, saved, "saved_cents")]
    for kind, purse, of_persons in (
        (LineKind.PREMIUM, Purse.PREMIUMS, True),
        (LineKind.NEUTRALITY, Purse.PREMIUMS, True),
        (LineKind.START_UP, Purse.START_UP, False),
    ):
        lines = books.lines.filter(pl.col("kind") == str(kind), pl.col("delta_cents") != 0)
        if kind is LineKind.NEUTRALITY:
            lines = _with_a_case(lines, books.cases)
        found.append(amounts(purse, lines, "delta_cents", of_persons=of_persons))
    taken_over = books.opening.filter(pl.col("kind") == str(LineKind.PREMIUM), pl.col("delta_cents") != 0)
    return pl.concat([*found, amounts(Purse.TAKEN_OVER, taken_over, "delta_cents", of_persons=True)])


def _with_a_case(lines: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Lines of neutrality, each with a case that stands behind it: the municipality's first in the newest month by then.

    One is enough: whoever is counted behind an amount more than once makes it look safer than it is.
    """
    eligible = cases.filter("eligible").select("ags", "case_id", month="service_month")
    behind = (
        lines.select("ags", "service_month")
        .unique()
        .join(eligible, on="ags")
        .filter(pl.col("month") <= pl.col("service_month"))
        .sort("month", "case_id", descending=[True, False])
        .unique(["ags", "service_month"], keep="first", maintain_order=True)
        .drop("month")
    )
    found = lines.drop("case_id").join(behind, on=["ags", "service_month"], how="left", maintain_order="left")
    return found.with_columns(pl.col("case_id").fill_null(""))


def break_even_month(books: ReportBooks, until: date) -> Month | None:
    """The first service month from which on saving since the start covers premiums and start-up; None: not yet."""
    money = money_amounts(books).filter(pl.col("day") <= until, pl.col("purse") != str(Purse.TAKEN_OVER))
    saved = pl.when(pl.col("purse") == str(Purse.SAVINGS)).then("amount").otherwise(-pl.col("amount"))
    months = money.group_by("day").agg(saved.sum().alias("net")).sort("day")
    open_months = months.with_columns(pl.col("net").cum_sum()).reverse()
    reached: Month | None = None
    for day, net in open_months.select("day", "net").iter_rows():
        if net < 0:
            break
        reached = month_of(day)
    return reached
