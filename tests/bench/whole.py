"""Whole months: settled from process start to finished workbooks, against their floor and against the usual loop.

`python -m tests.bench.whole 15 400` settles other numbers of municipalities than `make bench`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import islice, pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import openpyxl

from schemas.programme.file import load_programme
from tests.bench.memory import EVERY, Watched
from tests.bench.reading import inflate
from tests.bench.statements import deflate, parts_of
from tests.sample.random_returns import random_programme, write_returns
from tests.sample.submission import write_programme

USUAL, MOST = 400, 10_800  # municipalities of a large state, and of the country
MUNICIPALITIES = (15, USUAL, MOST)
CASES, MONTH = 45, "2016-08"
WORTH_TELLING = 2 * EVERY  # seconds of a stage
LOOPED = 400  # files that the usual loop works off; for more it is reckoned from so many


class Took(NamedTuple):
    """What a piece of work took, in seconds: of the clock, and of all cores together."""

    clock: float
    cores: float


class Mark(NamedTuple):
    """A stage of the command: when it began and ended by the monotonic clock, which all processes share."""

    stage: str
    begun: float
    ended: float


def measure(municipalities: Sequence[int] = MUNICIPALITIES) -> None:
    """Findings, origin of every line, ledger and workbooks included; the loop reads and writes, and does nothing of these."""
    ours = {number: _settled(number) for number in municipalities}
    if USUAL in ours and MOST in ours:
        growth = ours[MOST].cores / MOST / (ours[USUAL].cores / USUAL)
        print(f"a municipality of {MOST} / of {USUAL}: {growth:.2f} of cores   (at most 1.2)")


def _settled(municipalities: int) -> Took:
    """What settling so many took, told beside what it is compared with."""
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "inputs", Path(folder) / "outputs"
        _write_returns(inputs / "random", municipalities)
        (inputs / "law").symlink_to(Path("inputs/law").resolve())
        settle = ("settle", MONTH, "--by", "Eva", "--direct", "--inputs", inputs, "--outputs", outputs)
        threads = None
        if municipalities <= USUAL:
            threads = took(partial(_command, *settle, "--runner", "threads"))
            shutil.rmtree(outputs)
        marks: list[Mark] = []
        with Watched() as watched:
            ours = took(lambda: marks.extend(_command(*settle)))
        returns = sorted((inputs / "random/returns").glob("*/*.xlsx"))
        statements = sorted((outputs / "random" / MONTH).glob("Kommunen/*/*.xlsx"))
        assert len(returns) == len(statements) == municipalities
        inflating, deflating = took(lambda: inflate(returns)), _deflating([*statements, *outputs.glob("*/*/*.xlsx")])
        floor = Took(inflating.clock + deflating.clock, inflating.cores + deflating.cores)
        looped = min(LOOPED, municipalities)
        usual = took(lambda: _usual_loop(returns[:looped], statements[0], Path(folder) / "usual.xlsx"))
        usual = Took(*(seconds * municipalities / looped for seconds in usual))
    print(
        f"settling {municipalities} municipalities with {CASES} cases each, whole process   "
        f"(peak of all processes {watched.peak():.0f} MiB, at most 4096)"
    )
    told("inflating and deflating the same bytes, one core", floor, floor)
    if threads is not None:
        told("settle --direct --runner threads", threads, floor)
    told("settle --direct", ours, floor)
    told(f"the usual loop{f', reckoned from {looped}' if looped < municipalities else ''}, one core", usual, floor)
    print(f"  the usual loop / settle --direct: {usual.clock / ours.clock:.1f} by the clock (at least 6, aim 8)")
    print(f"  a municipality: {ours.cores / municipalities * 1000:.1f} ms of cores")
    for stage, begun, ended in _filled(marks):
        if ended - begun >= WORTH_TELLING:
            cores, peak = watched.cores(begun, ended), watched.peak(begun, ended)
            print(f"    {stage:<40} {ended - begun:6.1f} s, {cores:6.1f} s of cores, {peak:5.0f} MiB")
    return ours


def _write_returns(folder: Path, municipalities: int) -> None:
    """As `write_random`, on all cores."""
    write_programme(folder, random_programme(municipalities, folder.name), ())
    programme, parts = load_programme(folder), os.cpu_count() or 1
    with ProcessPoolExecutor(parts, get_context("spawn")) as processes:
        given = (folder, programme, (MONTH,), CASES, 1)
        for done in [processes.submit(write_returns, *given, part, parts) for part in range(parts)]:
            done.result()


def _deflating(workbooks: list[Path]) -> Took:
    """The parts of so many workbooks at once as memory holds."""
    clock = cores = 0.0
    waiting = iter(workbooks)
    while some := list(islice(waiting, 100)):
        parts = list(parts_of(some))
        part = took(partial(deflate, parts))
        clock, cores = clock + part.clock, cores + part.cores
    return Took(clock, cores)


# The command, which tells at its end when its stages began and ended.
MARKED = """
import json, sys, time
from flows.cli import main
from flows.orchestration.stages import Direct
marks = []
def marked(work):
    def marking(self, stage, *given, **named):
        begun = time.monotonic()
        try:
            return work(self, stage, *given, **named)
        finally:
            marks.append((stage, begun, time.monotonic()))
    return marking
Direct.call, Direct.write, Direct.map = map(marked, (Direct.call, Direct.write, Direct.map))
begun = time.monotonic()
try:
    main()
finally:
    print(json.dumps([*marks, ("begun and ended", begun, time.monotonic())]), file=sys.stderr)
"""


def _command(*arguments: object) -> list[Mark]:
    done = subprocess.run(
        [sys.executable, "-c", MARKED, *map(str, arguments)], capture_output=True, text=True, check=True
    )
    return [Mark(*each) for each in json.loads(done.stderr.splitlines()[-1])]


def _filled(marks: list[Mark]) -> list[Mark]:
    """Stages in their order, with what is done between them; a stage that runs meanwhile in another one is part of it."""
    whole, *stages = sorted(marks, key=lambda each: each.begun)
    outer: list[Mark] = []
    for each in stages:
        if not outer or each.begun >= outer[-1].ended:
            outer.append(each)
    ends = [Mark("the beginning", whole.begun, whole.begun), *outer, Mark("the end", whole.ended, whole.ended)]
    found: list[Mark] = []
    for before, after in pairwise(ends):
        found += [Mark(f"  until {after.stage}", before.ended, after.begun), after]
    return found


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


if __name__ == "__main__":
    measure([int(number) for number in sys.argv[1:]] or MUNICIPALITIES)
