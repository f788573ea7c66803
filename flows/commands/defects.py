"""A defect of the program: where it lies, kept in a file for whoever mends it, without a word of what was computed.

The text of an exception may quote a cell, so the file holds types, modules and lines alone; who works on the program sees
all of it where `PLACEMENT_PREMIUM_TRACEBACK` is set.
"""

import os
import platform
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from schemas.provenance import software

VARIABLE, FILE = "PLACEMENT_PREMIUM_TRACEBACK", "defects.log"


def sentence(error: BaseException, context: click.Context) -> str:
    """What is said of a defect: that it is one, and what to report."""
    where = _place(error)
    kept = _keep(error, context)
    report = f"bitte die Datei {kept} melden, die keine Falldaten enthält" if kept else "bitte mit dieser Angabe melden"
    told = f"Das ist ein Fehler des Programms ({where}), nicht Ihrer Eingaben; {report}."
    whole = "".join(traceback.format_exception(error)) if os.environ.get(VARIABLE) else ""
    return whole + told


def _place(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return " in ".join([type(error).__name__, *(f"{Path(frame.filename).name}:{frame.lineno}" for frame in last)])


def _keep(error: BaseException, context: click.Context) -> Path | None:
    """The file that the defect was added to: in the outputs, else where the system keeps what passes."""
    entry = "\n".join([f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC · {context.info_name}", _program(), *_lines(error)])
    outputs = context.params.get("outputs")
    places = (partial(_in_outputs, outputs), _in_passing) if isinstance(outputs, Path) else (_in_passing,)
    for place in places:
        try:
            path = place()
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{entry}\n\n")
        except OSError:  # not there, full or read-only: the next place, and what is said stands without a file
            continue
        return path
    return None


def _in_outputs(outputs: Path) -> Path:
    return outputs / FILE


def _in_passing() -> Path:
    """A new file that nobody can have laid a link in the place of."""
    descriptor, name = tempfile.mkstemp(prefix="placement-premium-", suffix=f"-{FILE}")
    os.close(descriptor)
    return Path(name)


def _program() -> str:
    return f"Version {software()} · Python {platform.python_version()} · {platform.platform()}"


def _lines(error: BaseException) -> Iterator[str]:
    """Where it came from, what it followed first."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _lines(earlier)
        yield "… then:"
    yield from (line.rstrip("\n") for line in traceback.format_tb(error.__traceback__))
    yield type(error).__qualname__
