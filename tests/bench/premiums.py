"""Computing premiums."""

import polars as pl

from flows.compute.law import load_law
from flows.compute.rules.eligibility import judged_placements
from flows.compute.rules.lines import premium_lines
from flows.compute.rules.premium import case_months
from flows.ingest.checks.context import frames_of
from flows.ingest.read import read_returns
from schemas.programme.file import load_programme
from tests.bench.timing import INPUTS, seconds

CASE_MONTHS = 500_000


def measure() -> None:
    """Half a million case months at once: the shipped year of Kreis Düren, its cases many times over."""
    programme, law = load_programme(INPUTS / "dueren"), load_law(INPUTS / "law")
    files = sorted((INPUTS / "dueren/returns").glob("*/*.xlsx"), key=lambda path: "_Korrektur" in path.name)
    last = {(entry.cover.values["ags"], entry.cover.values["month"]): entry for entry in read_returns(files, programme)}
    frames = frames_of(last.values(), programme.tables)
    own_months = case_months(frames["benefits"], frames["placements"], programme, law).height
    copies = pl.DataFrame({"copy": range(-(-CASE_MONTHS // own_months))})
    employed = frames["placements"].select("ags", "case_id").unique()
    many = {
        name: frame.join(employed, on=["ags", "case_id"], how="semi")
        .join(copies, how="cross")
        .with_columns(pl.format("{}/{}", "case_id", "copy").alias("case_id"))
        .drop("copy")
        for name, frame in (("benefits", frames["benefits"]), ("placements", frames["placements"]))
    }

    def compute() -> None:
        cases = case_months(many["benefits"], many["placements"], programme, law)
        premium_lines(cases, judged_placements(many["benefits"], many["placements"], programme, law), law)

    took = seconds(compute, runs=3)
    print(f"{own_months * copies.height} case months, saving to lines        {took:6.2f} s   (at most 10)")
