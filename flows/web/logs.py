"""The log of the workspace: what began and ended, who was refused, that something went wrong and where; never the words of it, which may quote a cell."""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

SERVER_LOGS = ("uvicorn.error", "uvicorn.asgi", "asyncio")
_KEPT_LOGS = ("flows", "uvicorn.error", "asyncio")  # uvicorn.asgi hands on to uvicorn.error
FILE = Path("protokoll", "arbeitsplatz.log")  # in the outputs
LARGEST_BYTES, EARLIER_FILES = 1_000_000, 9


class Discreet(logging.Filter):
    """Leaves type and place of an exception, and takes its text and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage().splitlines()[0]}: {told(record.exc_info[1])}", ()
            record.exc_info = record.exc_text = None
        return True


class _LocalTime(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802, ARG002  # as the library calls it
        """The office's time with its offset, so that the hour that comes twice is told apart."""
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(sep=" ", timespec="seconds")


class _Kept(RotatingFileHandler):
    """A file of a size that stays small; where it cannot be written, work goes on and the terminal is told once."""

    hindered = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002  # as the library calls it
        """Say so, without the traceback that the library would print."""
        if not self.hindered:
            sys.stderr.write(f"Das Protokoll {self.baseFilename} lässt sich nicht schreiben; gearbeitet wird ohne.\n")
        self.hindered = True


def told(error: BaseException) -> str:
    """Type and place of an exception; those find the defect."""
    place = traceback.extract_tb(error.__traceback__)[-1:]
    return " in ".join([type(error).__name__, *(f"{frame.filename}:{frame.lineno}" for frame in place)])


def be_discreet() -> None:
    """Let the server's own logs hold no more than that."""
    for name in SERVER_LOGS:
        log = logging.getLogger(name)
        if not any(isinstance(each, Discreet) for each in log.filters):
            log.addFilter(Discreet())


@contextmanager
def kept(outputs: Path) -> Iterator[None]:
    """What is logged meanwhile is kept in a file of the outputs, of which the latest stay."""
    be_discreet()
    path = outputs / FILE
    with suppress(OSError):  # the first entry finds that it cannot be written, and says so
        path.parent.mkdir(parents=True, exist_ok=True)
    handler = _Kept(path, maxBytes=LARGEST_BYTES, backupCount=EARLIER_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(_LocalTime("%(asctime)s %(levelname)s %(message)s"))
    handler.addFilter(Discreet())
    logs = [logging.getLogger(name) for name in _KEPT_LOGS]
    for log in logs:
        log.addHandler(handler)
    logs[0].setLevel(logging.INFO)
    try:
        yield
    finally:
        for log in logs:
            log.removeHandler(handler)
        handler.close()
