"""Reading returns."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from flows.ingest.form.cells import clean_cells, parse
from flows.ingest.form.layout import headings
from flows.ingest.read import read_returns
from schemas.programme.programme import Programme
from schemas.spelling import folded
from tests.bench.timing import in_turns
from tests.sample.random_returns import write_random

MUNICIPALITIES, MONTHS = 40, ("2016-08", "2016-09", "2016-10", "2016-11", "2016-12")
CASES = 40  # of each municipality
MOST = 6  # times as long as inflating


def measure() -> None:
    """200 clean returns on one core, against inflating the same bytes, and against pandas with openpyxl."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "random"
        programme = write_random(place, MUNICIPALITIES, MONTHS, CASES, seed=1)
        files = sorted((place / "returns").glob("*/*.xlsx"))
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
        try:
            floor, ours = in_turns(lambda: inflate(files), lambda: read_anew(files, programme), runs=10)
            usual = with_pandas(files)
        finally:
            os.sched_setaffinity(0, cores)
    print(f"reading {len(files)} returns, one core                {ours:6.2f} s   {ours / floor:5.1f} × inflating them   (at most {MOST})")  # fmt: skip
    print(f"  the usual loop (pandas + openpyxl)         {usual:6.2f} s   {usual / ours:5.1f} × ours")


def read_anew(files: list[Path], programme: Programme) -> None:
    """As a new process reads them: what earlier runs remember of these very cells would flatter the figure."""
    for remembered in (parse, clean_cells, folded, headings):
        remembered.cache_clear()
    read_returns(files, programme)


def inflate(files: list[Path]) -> None:
    """Every part of every file, unpacked."""
    for path in files:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                archive.read(name)


# What one would write without thinking about it, and how long it takes once everything is loaded.
USUAL_LOOP = """
import sys, time
import pandas
started = time.perf_counter()
for path in sys.argv[1:]:
    pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
print(time.perf_counter() - started)
"""


def with_pandas(files: list[Path]) -> float:
    """Seconds of the usual loop, in a process of its own: pandas is no part of the product's environment."""
    packages = Path(sys.prefix) / "bench"
    loop = subprocess.run(
        [sys.executable, "-c", USUAL_LOOP, *files], env=os.environ | {"PYTHONPATH": str(packages)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(loop.stdout)
