"""Eligible employment days of a month, and the spells of employment that waiting periods are measured on."""

import polars as pl

from flows.compute.rules.eligibility import CASE, premium_blocks
from flows.compute.rules.standing import taken_over
from schemas.programme.programme import Programme
from schemas.standing import NOTHING_STANDS, Standing

_MONTH = ("case", "first_of_month")
_FAR_APART = 10_000_000  # more days than lie between any two dates


def employed_months(judged: pl.DataFrame) -> pl.DataFrame:
    """Eligible employment days of a case in m: the union of the days covered by its placements eligible in m.

    `judged`: eligibility.judged_placements. Result: one row per case and month with a placement, sorted, with

    - `eligible_days` (0 if none), `first_eligible_day` (null if none), `terms_from` (the case's terms)
    - `entitled_days`: those of the eligible days that lie inside Anspruch von … bis
    - `gross_cents`, `net_cents`: sums over all its placements of the month, eligible or not; gross is the wage
      behind the month's net, else the contractual one; net is null if one is missing
    - `failed`: the reasons of all its placements that are not eligible, as bits
    """
    entitled = {
        "first_entitled": pl.max_horizontal("first_day", "entitled_from"),
        "last_entitled": pl.min_horizontal("last_day", "entitled_to"),
    }
    days = (
        judged.filter("eligible")
        .sort(*_MONTH, "first_day")
        .with_columns(**entitled)
        .with_columns(new_days=_new_days("first_day", "last_day"), entitled_days=_new_days(*entitled))
        .group_by(_MONTH)
        .agg(
            eligible_days=pl.col("new_days").sum(),
            entitled_days=pl.col("entitled_days").sum(),
            first_eligible_day=pl.col("first_day").min(),
        )
    )
    all_known = pl.col("net_cents").null_count() == 0
    return (
        judged.group_by(_MONTH)
        .agg(
            pl.col("ags", "case_id", "month", "terms_from").first(),
            gross_cents=pl.coalesce("gross_month_cents", "gross_cents").sum(),
            net_cents=pl.when(all_known).then(pl.col("net_cents").sum()),
            failed=pl.col("failed").bitwise_or(),
        )
        .join(days, on=_MONTH, how="left")
        .with_columns(pl.col("eligible_days", "entitled_days").fill_null(0))
        .sort(_MONTH)
    )


def spells(judged: pl.DataFrame, programme: Programme, stands: Standing = NOTHING_STANDS) -> pl.DataFrame:
    """Spells: spans of placements that follow one another within `bridge_days`, with the same employer if asked.

    `judged`: eligibility.judged_placements. Result: one row per spell, sorted by `case` and `spell` (1, 2, … in the
    order of their first days), with `spell_begin`, `spell_end` (inclusive), `terms_from` and `taken_days`: how long the
    employment taken over had lasted, null where nobody told. The first spell goes on from there (`employed_since`) if
    its first placement begins at most `bridge_days` after the months taken over. RULES sections 4.4 and 5.3.
    """
    numbers = judged.select("case", *CASE).unique()
    taken = taken_over(stands).join(numbers, on=CASE).select("case", "employed_since", "taken_until", "taken_days")
    bridge = premium_blocks(programme).select("terms_from", "bridge_days")
    latest_begin = pl.col("taken_until") + pl.duration(days=pl.col("bridge_days") + 1)
    goes_on = (pl.col("spell") == 1) & (pl.col("begin") <= latest_begin)
    begin = pl.when(goes_on).then(pl.min_horizontal("employed_since", "spell_begin")).otherwise("spell_begin")
    return (
        spans(judged, programme)
        .group_by("case", "spell")
        .agg(
            pl.col("terms_from", "begin").first(),
            spell_begin=pl.col("first_day").min(),
            spell_end=pl.col("last_day").max(),
        )
        .join(bridge, on="terms_from", how="left")
        .join(taken, on="case", how="left")
        .with_columns(spell_begin=begin)
        .select("case", "spell", "terms_from", "spell_begin", "spell_end", "taken_days")
        .sort("case", "spell")
    )


def spans(judged: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    """The span of every placement with eligible days, and the spell that it belongs to.

    `judged`: eligibility.judged_placements. Result: one row per placement, in the order of the rule, with `employer`,
    `terms_from`, `begin`, `first_day`, `last_day` (inclusive), `gap` (days to the spell before it, negative where they
    overlap, null for the first one and after a change of employer that breaks) and `spell`.

    A span reaches from a placement's first to its last eligible employment day. It continues the current spell if
    first day − latest day so far − 1 ≤ `bridge_days` and, with `employer_change = "breaks"`, its employer is that
    of the span before it. RULES section 4.4.
    """
    blocks = premium_blocks(programme).select("terms_from", "bridge_days", "employer_breaks")
    changed = pl.col("employer_breaks") & (pl.col("employer") != pl.col("employer").shift(1).over("case"))
    # Within one run of the same employer, earlier spells end too early to matter: the run's latest day is the spell's.
    in_order = (
        judged.filter("eligible")
        .group_by("case", "placement")
        .agg(pl.col("employer", "terms_from", "begin").first(), pl.col("first_day").min(), pl.col("last_day").max())
        .join(blocks, on="terms_from")
        .sort("case", "first_day", "last_day", "employer")
        .with_columns(run=changed.fill_null(False).cum_sum().over("case"))
    )
    run = pl.struct("case", "run").rle_id()
    days_between = pl.col("first_day").to_physical() - _latest_day_above("case", "run") - 1
    gap = pl.when(run == run.shift(1)).then(days_between)
    begins = (pl.col("gap") > pl.col("bridge_days")).fill_null(True)
    return in_order.with_columns(gap=gap).with_columns(spell=begins.cum_sum().over("case"))


def in_spells(months: pl.DataFrame, spells_of_cases: pl.DataFrame) -> pl.DataFrame:
    """A month belongs to the earliest spell that contains its first eligible day.

    `months`: employed_months with eligible days; `spells_of_cases`: spells. Result: `months`, sorted by case and
    month, with `spell_begin`, `spell_end` and `spell_days`, the spell's length at the end of the month: from its
    first day to the earlier of its end and the month's last day, bridged gaps included.
    """
    month_end = pl.col("first_of_month").dt.month_end()
    containing = (
        months.select(*_MONTH, "first_eligible_day")
        .join(spells_of_cases.drop("terms_from"), on="case")
        .filter(pl.col("first_eligible_day").is_between("spell_begin", "spell_end"))
    )
    earliest = containing.group_by(_MONTH).agg(pl.col("spell_begin", "spell_end").sort_by("spell").first())
    return months.join(earliest, on=_MONTH).with_columns(spell_days=spell_days(month_end)).sort(_MONTH)


def spell_days(day: pl.Expr) -> pl.Expr:
    """The length of a spell at the end of a day: from its first day to the earlier of its end and that day, inclusive."""
    return (pl.min_horizontal("spell_end", day) - pl.col("spell_begin")).dt.total_days() + 1


def _new_days(first: str, last: str) -> pl.Expr:
    """Days from `first` to `last` that no row above of the same case and month covers; none where `last` lies before.

    Rows are sorted by case, month and first day.
    """
    first_day, last_day = pl.col(first).to_physical(), pl.col(last).to_physical()
    covered = _latest_day_above(*_MONTH, last=last)
    return (last_day - pl.max_horizontal(first_day - 1, covered)).clip(lower_bound=0)


def _latest_day_above(*group: str, last: str = "last_day") -> pl.Expr:
    """The latest `last` day of the rows above in the same group, as a day number; far in the past for the first row.

    Rows are sorted by group. The days of each group are moved so far ahead that they exceed all days of the groups
    above: one running maximum then serves all groups, ten times as fast as a window.
    """
    ahead = pl.struct(group).rle_id().cast(pl.Int64) * _FAR_APART
    return (ahead + pl.col(last).to_physical()).cum_max().shift(1) - ahead
