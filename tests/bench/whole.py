"""A whole month: settled from process start to finished workbooks, against its floor and against the usual loop."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import openpyxl

from flows.orchestration.workers import WORTH
from tests.bench.reading import inflate
from tests.bench.statements import deflate, parts_of
from tests.command import run
from tests.sample.random_returns import write_random

MUNICIPALITIES, CASES, MONTH = 400, 45, "2016-08"
assert MUNICIPALITIES >= WORTH


class Took(NamedTuple):
    """What a piece of work took, in seconds: of the clock, and of all cores together."""

    clock: float
    cores: float


def measure() -> None:
    """Findings, origin of every line, ledger and workbooks included; the loop reads and writes, and does nothing of these."""
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "inputs", Path(folder) / "outputs"
        write_random(inputs / "random", MUNICIPALITIES, (MONTH,), CASES, seed=1)
        (inputs / "law").symlink_to(Path("inputs/law").resolve())
        returns = sorted((inputs / "random/returns").glob("*/*.xlsx"))
        settle = ("settle", MONTH, "--by", "Eva", "--direct", "--inputs", inputs, "--outputs", outputs)
        ours = {}
        for runner in ("threads", "auto"):
            shutil.rmtree(outputs, ignore_errors=True)
            ours[runner] = took(lambda runner=runner: run(*settle, "--runner", runner))  # type: ignore[misc]
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**10
        statements = sorted((outputs / "random" / MONTH).glob("Kommunen/*/*.xlsx"))
        assert len(statements) == MUNICIPALITIES
        parts = parts_of(outputs)
        inflating, deflating = took(lambda: inflate(returns)), took(lambda: deflate(parts))
        floor = Took(inflating.clock + deflating.clock, inflating.cores + deflating.cores)
        usual = took(lambda: _usual_loop(returns, statements[0], Path(folder) / "usual.xlsx"))
    print(
        f"settling {MUNICIPALITIES} municipalities with {CASES} cases each, whole process   (peak {peak:.0f} MiB a process)"
    )
    told("inflating and deflating the same bytes, one core", floor, floor)
    for runner, each in ours.items():
        told(f"settle --direct --runner {runner}", each, floor)
    told("the usual loop (pandas, openpyxl), one core", usual, floor)
    print(f"  the usual loop / settle: {usual.clock / ours['auto'].clock:.1f} by the clock (at least 6, aim 8)")


def told(what: str, each: Took, floor: Took) -> None:
    """A line of the table."""
    print(
        f"  {what:<50} {each.clock:6.2f} s, {each.cores:6.2f} s of cores   {each.clock / floor.clock:5.1f} × the floor"
    )


def took(work: Callable[[], object]) -> Took:
    """One run, with all processes that it starts."""
    clock, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return Took(time.perf_counter() - clock, sum(after[:4]) - sum(before[:4]))


# What one would write without thinking about it: read every sheet, fill a workbook of as many cells as a statement has.
USUAL_LOOP = """
import json, sys
import openpyxl, pandas
to, cells, *paths = sys.argv[1:]
sheets = json.load(open(cells))
for path in paths:
    pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl")
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                cell.font = openpyxl.styles.Font(name="Arial", size=9)
                cell.alignment = openpyxl.styles.Alignment(wrap_text=True, vertical="top")
    book.save(to)
"""


def _usual_loop(returns: list[Path], statement: Path, to: Path) -> None:
    book = openpyxl.load_workbook(statement)
    cells = {sheet.title: [[_plain(value) for value in row] for row in sheet.values] for sheet in book}
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(cells, file)
    packages = os.environ | {"PYTHONPATH": str(Path(sys.prefix) / "bench")}
    subprocess.run([sys.executable, "-c", USUAL_LOOP, to, file.name, *returns], env=packages, check=True)
    Path(file.name).unlink()


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | float | str) else str(value)
