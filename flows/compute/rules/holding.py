"""What holds of several accepted returns, and of opening balances (RULES sections 7.2 and 7.6)."""

from collections.abc import Callable

import polars as pl

from schemas.documents import ReturnState
from schemas.intake import Intake, Known, Submission
from schemas.results import LineKind


def holding_rows(
    before: Known, intake: Intake, which: Callable[[Submission], bool] = lambda _: True
) -> dict[str, pl.DataFrame]:
    """The rows that hold for the calculation: one return per municipality and month, the one accepted last.

    `before` is what approved runs accepted, `intake` what this run accepts, in the order of acceptance;
    `which` of that is to count.
    """
    accepted = [entry for entry in intake.submissions if entry.state == ReturnState.ACCEPTED and which(entry)]
    last = {(entry.ags, entry.month): entry.sha256 for entry in accepted}
    replaced = pl.DataFrame(list(last), schema={"ags": pl.String, "month": pl.String}, orient="row")
    return {
        name: pl.concat(
            [
                frame.join(replaced, on=["ags", "month"], how="anti"),
                intake.rows[name].filter(pl.col("file_sha256").is_in(list(last.values()))),
            ]
        )
        for name, frame in before.rows.items()
    }


def standing_balances(opening: pl.DataFrame, known: Known, intake: Intake | None = None) -> pl.DataFrame:
    """Opening balances that stand as they are: of municipalities and months for which there is no accepted return.

    `opening`: schemas.standing.OPENING, as is the result. What no return speaks of is not known to be wrong; with the
    first return it is settled like everything else. A start-up contribution follows from the programme alone.
    """
    taken_in = [
        (entry.ags, entry.month)
        for entry in (intake.submissions if intake else ())
        if entry.state == ReturnState.ACCEPTED
    ]
    returns = [*known.returns.select("ags", "month").rows(), *taken_in]
    told = pl.DataFrame(returns, schema={"ags": pl.String, "service_month": pl.String}, orient="row")
    return opening.filter(pl.col("kind") != str(LineKind.START_UP)).join(
        told, on=["ags", "service_month"], how="anti", maintain_order="left"
    )
