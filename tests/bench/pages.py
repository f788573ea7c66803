"""Pages of the workspace, as the server makes them: no browser, no network."""

import tempfile
import time
from datetime import date
from pathlib import Path

from flows.location import find_location
from flows.orchestration import direct, unseen
from flows.settle import approve, prepare, settle_month
from tests.bench.timing import seconds
from tests.sample.random_returns import write_random
from tests.web.http import Office, Visitor

MUNICIPALITIES, CASES = 400, 4
FIRST, MONTH = "2016-08", "2016-09"
FIRST_PAGE, MONTH_PAGE = 0.3, 1.0  # seconds at most


def measure() -> None:
    """The first page, and the month's page of 400 municipalities: before a draft, drafted and approved."""
    with tempfile.TemporaryDirectory() as folder:
        inputs, outputs = Path(folder) / "inputs", Path(folder) / "outputs"
        outputs.mkdir()
        write_random(inputs / "random", MUNICIPALITIES, (FIRST, MONTH), CASES, seed=1)
        (inputs / "law").symlink_to(Path("inputs/law").resolve())
        location = find_location(inputs, outputs, "random")
        with direct("auto", unseen) as stages:
            settle_month(prepare(location, FIRST, drafted_by="Eva"), stages)
            approve(location, FIRST, "Frida", date(2016, 9, 15), stages)
        visitor = Office(inputs, outputs).visitor("frida")
        told("the first page", visitor, "/", FIRST_PAGE)
        told(f"a month of {MUNICIPALITIES} municipalities, returns answered", visitor, f"/random/{MONTH}", MONTH_PAGE)
        with direct("auto", unseen) as stages:
            settle_month(prepare(location, MONTH, drafted_by="Eva"), stages)
        told("  drafted", visitor, f"/random/{MONTH}", MONTH_PAGE)
        told("  approved", visitor, f"/random/{FIRST}", MONTH_PAGE)


def told(what: str, visitor: Visitor, path: str, most: float) -> None:
    """How long a page takes once its answers are found."""

    def get() -> None:
        assert visitor.get(path).status_code == 200

    taken, worked = seconds(get), seconds(get, clock=time.process_time)
    print(f"{what:<58} {taken:6.2f} s, {worked:5.2f} s of processor time   (at most {most})")
