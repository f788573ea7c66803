"""Speed, measured in one run and as a ratio where that is fair: `make bench`. Nothing here fails a build."""

import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import polars as pl

from flows.compute.eligibility import judged_placements
from flows.compute.law import load_law
from flows.compute.premium import case_months, premium_lines
from flows.ingest.context import frames_of
from flows.ingest.read import read_returns
from schemas.programme_file import load_programme
from tests.command import run

INPUTS = Path("inputs")
RUNS = 5
CASE_MONTHS = 500_000


def seconds(work: Callable[[], object], runs: int = RUNS) -> float:
    """Median of several runs, after one that does not count."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def whole_command() -> None:
    """A month of 15 returns from process start to finished workbooks, and the help text."""
    with tempfile.TemporaryDirectory() as folder:

        def settle() -> None:
            shutil.rmtree(folder, ignore_errors=True)
            answer = run("settle", "2024-12", "--programme", "mittelsachsen", "--direct", "--outputs", folder)
            assert answer.code == 0, answer.err

        print(f"settle --direct, 15 returns, whole process   {seconds(settle):6.2f} s   (at most 3)")
    print(f"--help, whole process                        {seconds(lambda: run('--help')):6.2f} s   (at most 0.5)")


def reading() -> None:
    """Reading the shipped returns against inflating the same bytes, and against pandas with openpyxl."""
    programme = load_programme(INPUTS / "mittelsachsen")
    files = sorted((INPUTS / "mittelsachsen/returns").glob("*/*.xlsx"))

    def inflate() -> None:
        for path in files:
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    archive.read(name)

    def with_pandas() -> None:
        for path in files:
            pd.read_excel(path, sheet_name=None, header=None, engine="openpyxl")

    floor, ours = seconds(inflate), seconds(lambda: read_returns(files, programme))
    print(
        f"reading {len(files)} returns                           {ours:6.2f} s   {ours / floor:5.1f} × inflating them"
    )
    usual = seconds(with_pandas, runs=1)
    print(f"  the usual loop (pandas + openpyxl)         {usual:6.2f} s   {usual / ours:5.1f} × ours")


def premiums() -> None:
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
        premium_lines(cases, judged_placements(many["benefits"], many["placements"], programme, law))

    took = seconds(compute, runs=3)
    print(f"{own_months * copies.height} case months, saving to lines        {took:6.2f} s   (at most 10)")


SECTIONS = {"command": whole_command, "reading": reading, "premiums": premiums}

if __name__ == "__main__":
    for name in sys.argv[1:] or SECTIONS:
        SECTIONS[name]()
