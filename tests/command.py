"""The command as its users call it, in this process or in one of its own."""

import hashlib
import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from flows.cli import main

PATIENCE = 900  # seconds until what a test waits for is taken for hung; nothing depends on how much of it is used
EXECUTABLE = Path(sys.executable).with_name("placement-premium")


def day_is(on: date) -> type[date]:
    """In place of `flows.clock.date`: today is this day, however long the test takes."""

    class Day(date):
        @classmethod
        def today(cls) -> "Day":
            return cls(on.year, on.month, on.day)

    return Day


class Answer(NamedTuple):
    """What the command said, and how it ended."""

    code: int
    out: str
    err: str


def call(*arguments: object, stdin: str = "") -> Answer:
    """The command in this process (no start-up to wait for)."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["placement-premium", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
    return Answer(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def run(*arguments: object) -> Answer:
    """The command in a process of its own."""
    done = subprocess.run(
        [EXECUTABLE, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return Answer(done.returncode, done.stdout, done.stderr)


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the SHA-256 of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
