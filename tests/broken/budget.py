"""What each hostile file takes to be read, judged and answered: processor time and memory, in processes of their own.

python -m tests.broken.budget          all files, as a table; exit code 1 where one takes too much
python -m tests.broken.budget NAME     the figures of one of them; with `patiently` behind it, it is not ended however long it takes
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from tests.broken.forms import Form, faultless
from tests.broken.hostile import HOSTILE
from tests.command import PATIENCE

MOST_SECONDS, MOST_MEMORY, MOST_SENT = 10, 2**30, 2**20
MOST_TIMES = MOST_SECONDS / 0.4  # what a faultless return takes: 0.4 seconds on the machine that MOST_SECONDS are for
PATIENTLY = "patiently"
_ITSELF = Path(__file__).parents[2]


class Figures(NamedTuple):
    """What one file took."""

    sent: int  # bytes
    seconds: float  # of processor time, or by the clock where the system counts nothing else
    memory: int  # bytes, the largest of the processes
    codes: list[str]
    faultless: float  # seconds that a faultless return took in the same process

    @property
    def is_within(self) -> bool:
        """Whether it took no more than a file under 1 MiB may."""
        return self.sent < MOST_SENT and self.seconds <= MOST_SECONDS and self.memory <= MOST_MEMORY

    @property
    def is_in_proportion(self) -> bool:
        """The same, whatever the speed of the machine."""
        in_time = self.seconds <= MOST_TIMES * self.faultless
        return self.sent < MOST_SENT and in_time and self.memory <= MOST_MEMORY


def measured(name: str, *how: str) -> Figures:
    """The figures of one hostile file."""
    command = [sys.executable, "-W", "error", "-m", "tests.broken.budget", name, *how]
    done = subprocess.run(command, cwd=_ITSELF, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    assert not done.stderr, done.stderr
    return Figures(*json.loads(done.stdout))


def _taken(name: str) -> Figures:
    _read(faultless())  # what the first one loads is no file's doing
    plain, _ = _read(faultless())
    sent = HOSTILE[name]()
    seconds, codes = _read(sent)
    return Figures(len(sent.content), round(seconds, 1), _used()[1], codes, plain)


def _read(sent: Form) -> tuple[float, list[str]]:
    """Seconds until a file is judged and answered, and its findings."""
    from flows.emit.correction.files import corrections_of_check, write_corrections
    from flows.emit.files import write_findings
    from flows.ingest.read import read_returns
    from flows.ingest.validate import validate
    from tests.broken.forms import MONTH, agh_law, nothing_known
    from tests.broken.programmes import loaded

    programme, law = loaded(), agh_law()
    with TemporaryDirectory() as folder:
        path = Path(folder) / sent.name
        path.write_bytes(sent.content)
        before = _used()[0]
        intake = validate(read_returns([path], programme), programme, MONTH, nothing_known(), law)
        write_findings(Path(folder) / "findings.csv", intake.findings)
        write_corrections(corrections_of_check(intake, programme), Path(folder))
        return _used()[0] - before, sorted(set(intake.findings["code"]))


def _wait_patiently() -> None:
    """The product's own limit is one of seconds: on a slow machine it would end what takes no more than it may."""
    from functools import partial

    from flows.ingest import apart, read

    apart.MOST_WAITING = PATIENCE
    read.apart = partial(apart.apart, seconds=PATIENCE)


def _used() -> tuple[float, int]:
    """Seconds and bytes used so far, by this process and those that it waited for."""
    if os.name == "nt":
        return perf_counter(), 0
    import resource

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 if sys.platform == "darwin" else 1024
    return sum(one.ru_utime + one.ru_stime for one in used), max(one.ru_maxrss for one in used) * unit


def main() -> int:
    """Print a line for each file."""
    failed = 0
    for name in HOSTILE:
        figures = measured(name)
        failed += not figures.is_within
        verdict = "" if figures.is_within else "  TOO MUCH"
        facts = f"{figures.sent / 1024:8.1f} KiB {figures.seconds:6.1f} s {figures.memory / 2**20:7.0f} MiB"
        print(f"{name:32}{facts}  {', '.join(figures.codes)}{verdict}", flush=True)
    return int(failed > 0)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        if PATIENTLY in sys.argv:
            _wait_patiently()
        print(json.dumps(_taken(sys.argv[1])))
    else:
        sys.exit(main())
