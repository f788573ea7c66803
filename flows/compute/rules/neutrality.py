"""The guarantee is the municipality's: what its cases together cost beyond what they saved is made good (RULES section 5.2)."""

import polars as pl

from schemas.months import Month, later
from schemas.programme.programme import Programme
from schemas.results import COMPUTED_LINES, QUANTITY, LineKind, Unit, empty, frame_schema
from schemas.standing import Standing

_PARTS = ("saved_cents", "charged_cents", "relieved_cents")
_MONTH = ("ags", "service_month")


def neutrality_lines(cases: pl.DataFrame, programme: Programme, month: Month, stands: Standing) -> pl.DataFrame:
    """One line per municipality and open month up to `month` in which the relief changes („Ausgleich zur Kostenneutralität“).

    `cases`: results.CASES; `stands`: what is posted in closed months, which the first open month settles. Result:
    results.COMPUTED_LINES of kind `neutrality`, without a case, in cents: negative while the municipality would pay
    more than it saved, positive when later saving makes up for it.

    relief(m) = max(0, charged(m) − max(0, saved_together(m))), `relief` of the sums up to m;
    neutrality(m) = −(relief(m) − relief(month before)).
    """
    if programme.savings is None or programme.savings.guarantee == "case":
        return empty(COMPUTED_LINES)
    before = pl.col("relief_cents").shift(1).over("ags").fill_null(pl.col("relieved_cents"))
    changes = (
        _sums(cases, stands)
        .filter(pl.col("service_month") <= month)
        .with_columns(pl.col("charged_cents", "saved_cents").cum_sum().over("ags"))
        .with_columns(relief_cents=relief(pl.col("charged_cents"), pl.col("saved_cents")))
        .with_columns(neutrality_cents=before - pl.col("relief_cents"))
        .filter(pl.col("neutrality_cents") != 0)
    )
    return _lines(changes, programme)


def relief(charged: pl.Expr, saved: pl.Expr) -> pl.Expr:
    """What a municipality is charged beyond what its cases saved together; a loss counts as a saving of 0."""
    return (charged - saved.clip(lower_bound=0)).clip(lower_bound=0)


def _sums(cases: pl.DataFrame, stands: Standing) -> pl.DataFrame:
    """What every municipality saved and was charged, month by month; closed months stand in the first open one.

    `relieved_cents`: what it is relieved of by what is posted in closed months.
    """
    first_open = later(stands.closed_until, 1) if stands.closed_until else ""
    closed = pl.col("service_month") <= stands.closed_until
    eligible = cases.filter("eligible")
    of_kind = {
        "charged_cents": stands.closed.filter(kind=str(LineKind.PREMIUM)).select(*_MONTH, cents="posted_cents"),
        "relieved_cents": stands.closed.filter(kind=str(LineKind.NEUTRALITY)).select(
            *_MONTH, cents=-pl.col("posted_cents")
        ),
    }
    parts = [
        ("saved_cents", eligible.select(*_MONTH, cents="saved_cents")),
        ("saved_cents", stands.erased_savings.select(*_MONTH, cents="saved_cents")),
        ("charged_cents", eligible.filter(~closed).select(*_MONTH, cents="premium_cents")),
        *of_kind.items(),
    ]
    at = pl.when(closed).then(pl.lit(first_open)).otherwise("service_month")
    return (
        pl.concat(frame.select("ags", service_month=at, part=pl.lit(name), cents="cents") for name, frame in parts)
        .group_by(_MONTH)
        .agg(pl.col("cents").filter(pl.col("part") == name).sum().alias(name) for name in _PARTS)
        .sort(_MONTH)
    )


def _lines(changes: pl.DataFrame, programme: Programme) -> pl.DataFrame:
    nothing = {name: pl.lit(None, dtype) for name, dtype in frame_schema(COMPUTED_LINES).items()}
    columns = nothing | {
        "service_month": pl.col("service_month"),
        "ags": pl.col("ags"),
        "case_id": pl.lit(""),
        "kind": pl.lit(str(LineKind.NEUTRALITY)),
        "reference": pl.lit(""),
        "quantity": pl.lit(1).cast(QUANTITY),
        "unit": pl.lit(str(Unit.MONTH)),
        "cost_cents": pl.col("neutrality_cents"),
        "computed_cents": pl.col("neutrality_cents"),
        "reason": pl.lit([], pl.List(pl.String)),
        "legal_basis": pl.lit(
            f"Zusage der Kostenneutralität nach der Vereinbarung zum Programm „{programme.programme.title}“"
        ),
    }
    return COMPUTED_LINES.validate(changes.select(column.alias(name) for name, column in columns.items()))
