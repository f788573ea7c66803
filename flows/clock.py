"""Which day it is; the rooms are told the day and never ask."""

from datetime import date


def today() -> date:
    """The day in the office's own time, which decides on months that have begun and dates of documents."""
    return date.today()  # noqa: DTZ011  # an office lives by its local day, not by UTC
