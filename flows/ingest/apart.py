"""Work on a file that may take long or much memory, in a process of its own that is ended when it takes too much."""

import os
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

Result = TypeVar("Result")

# Of processor time, so that a busy machine judges like an idle one; 10 with all that comes before and after.
MOST_SECONDS = 7
MOST_MEMORY = 2**30  # bytes
# Seconds by the clock: where the system counts nothing else; else, far off, for a process that only waits.
MOST_WAITING = 120 if sys.platform == "win32" else 3600
_MEMORY_IN_USE = Path("/proc/self/statm")  # pages of address space and of memory; where the system has it


class Ended(Exception):
    """The work took more time or memory than it may."""


def apart(work: Callable[..., Result], *arguments: Any, seconds: int = MOST_SECONDS) -> Result:
    """What `work` returns; what it raises is raised here. Ended where it takes more than it may.

    `seconds` of processor time, where the system counts it.
    """
    context = get_context("spawn")  # a forked process could inherit a lock that another thread holds
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, work, arguments, seconds), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(MOST_WAITING):
            raise Ended
        error, result = ours.recv()
    except EOFError as gone:  # the system ended it, or its memory did not suffice
        raise Ended from gone
    finally:
        process.kill()
        process.join()
        ours.close()
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]  # of that work


def _answer(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...], seconds: int) -> None:
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)  # a library that runs out of memory would say so in a language of its own
    _confine(seconds)
    error, result = None, None
    try:
        result = work(*arguments)
    except MemoryError:
        return
    except Exception as raised:  # noqa: BLE001  # for whoever asked
        error = raised
    pipe.send((error, result))


def _confine(seconds: int) -> None:
    """Take this process the means to take more than it may, as far as the system knows such limits."""
    if sys.platform == "win32":
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    last = int(used.ru_utime + used.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (last, last))
    if _MEMORY_IN_USE.exists():
        page = resource.getpagesize()
        reserved, resident = (int(pages) * page for pages in _MEMORY_IN_USE.read_text().split()[:2])
        most = reserved + max(0, MOST_MEMORY - resident)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
