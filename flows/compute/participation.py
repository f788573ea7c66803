"""Who gets a certificate of participation, and what is paid out to whom (§ 5 AsylbLG)."""

import polars as pl

from schemas.months import Month, last_day
from schemas.participation import PARTICIPATIONS, PAYOUTS
from schemas.references import agh_positions
from schemas.results import AGH, LINE_KEY, QUANTITY, LineKind

_CASE = ["ags", "case_id"]
_PLACE = ["position_id", "provider_kind", "workplace"]


def participations(rows: pl.DataFrame, returns: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Participations of everyone who gets a certificate for the month (participation.PARTICIPATIONS).

    `rows`: accepted rows of Arbeitsgelegenheiten of all months known (returns.OPPORTUNITIES); `returns`: ags and
    month of the accepted returns. A participant gets one when a row of the month names the Verbleib; or when its last
    row is of the month and the participation is known to be over: Bis lies before the month's end, or a return of
    a later month no longer names it; or when a row of the month is the first to report a Bescheinigung am. Listed is
    everything up to the month's end; a month without a row, or another place of work, begins a new period.
    """
    filled = rows.filter(pl.col("case_id").is_not_null())
    named = filled.join(_ended(filled, returns, month), on=_CASE, how="semi").filter(pl.col("month") <= month)
    place = [*_CASE, *_PLACE]
    before = pl.col("to_date").shift(1).over(place, order_by="from_date")
    gap = pl.col("from_date") > before.dt.month_end().dt.offset_by("1d").dt.month_end()
    periods = named.with_columns(gap=gap.fill_null(False)).with_columns(
        period=pl.col("gap").cum_sum().over(place, order_by="from_date")
    )
    found = periods.group_by(*_CASE, *_PLACE, "period").agg(
        begin=pl.col("from_date").min(), end=pl.col("to_date").max(), hours_hundredths=pl.col("hours_hundredths").sum()
    )
    return PARTICIPATIONS.validate(found.sort(*_CASE, "begin", "position_id").select(*PARTICIPATIONS.columns))


def _ended(filled: pl.DataFrame, returns: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Cases whose participation ended, or was certified, in the month."""
    own = filled.filter(pl.col("month") == month)
    told = own.filter(pl.col("outcome").is_not_null())
    reported_before = filled.filter(pl.col("month") < month).select(*_CASE, "certified_on")
    certified = own.filter(pl.col("certified_on").is_not_null()).join(
        reported_before, on=[*_CASE, "certified_on"], how="anti"
    )
    last = own.join(filled.filter(pl.col("month") > month), on=_CASE, how="anti")
    before_the_end = last.group_by(_CASE).agg(pl.col("to_date").max()).filter(pl.col("to_date") < last_day(month))
    later = returns.filter(pl.col("month") > month)
    no_longer_named = last.join(later, on="ags", how="semi")
    return pl.concat([frame.select(_CASE) for frame in (told, certified, before_the_end, no_longer_named)]).unique()


def payouts(lines: pl.DataFrame, rows: pl.DataFrame, month: Month) -> pl.DataFrame:
    """What is paid out to participants with the run of a month (participation.PAYOUTS), in cents.

    `lines`: results.LINES of the runs up to the month, in the order of posting; `rows`: the rows that held
    then (returns.OPPORTUNITIES), for the place of work. Paid is the cost of every AGH line of the run, less what the
    runs before showed for it: corrections of earlier months are paid, or set off, as differences.
    """
    key = list(LINE_KEY)
    agh = lines.filter(pl.col("kind").is_in(AGH))
    before = agh.filter(pl.col("settled_in") < month).unique(key, keep="last", maintain_order=True)
    run = agh.filter(pl.col("settled_in") == month).join(
        before.select(*key, paid_before_cents="cost_cents"), on=key, how="left"
    )
    own = pl.col("kind") == str(LineKind.ALLOWANCE)
    row = [*_CASE, "service_month", "reference"]
    found = run.group_by(row).agg(
        provider_kind=pl.col("provider_kind").last(),
        hours=pl.col("quantity").filter(own).sum().cast(QUANTITY),
        rate_cents=pl.col("rate_cents").filter(own).last(),
        allowance_cents=pl.col("cost_cents").filter(own).sum(),
        expense_cents=pl.col("cost_cents").filter(~own).sum(),
        paid_before_cents=pl.col("paid_before_cents").sum(),
    )
    position_id, begin = agh_positions("reference")
    found = found.with_columns(
        position_id=position_id,
        begin=begin,
        payout_cents=pl.col("allowance_cents") + pl.col("expense_cents") - pl.col("paid_before_cents"),
    ).filter(pl.col("payout_cents") != 0)
    places = rows.select(*_CASE, "position_id", "workplace", service_month="month", begin="from_date")
    found = found.join(places, on=[*_CASE, "service_month", "position_id", "begin"], how="left")
    order = ("ags", "provider_kind", "workplace", "case_id", "position_id", "begin")
    return PAYOUTS.validate(found.select(*PAYOUTS.columns).sort(order, nulls_last=True))
