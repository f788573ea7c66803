"""What the server's log may hold: that something went wrong and where, never the words of it, which may quote a cell."""

import logging
import traceback

SERVER_LOGS = ("uvicorn.error", "uvicorn.asgi", "asyncio")


class Discreet(logging.Filter):
    """Leaves type and place of an exception, and takes its text and its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage().splitlines()[0]}: {told(record.exc_info[1])}", ()
            record.exc_info = record.exc_text = None
        return True


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
