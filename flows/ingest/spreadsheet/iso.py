"""Days and moments as ISO 8601 writes them, in .xlsx cells of type d and in every .ods."""

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,][0-9]*)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_HERE = ZoneInfo("Europe/Berlin")


def iso_moment(text: str) -> date | datetime | None:
    """The day or moment that a text states; None where it states none.

    A moment in universal time is told as clocks in Germany show it: a program in a browser stores the midnight with
    which a day begins there as 23 or 22 o'clock of the day before. With another zone, it is what clocks there show.

    >>> iso_moment("2015-11-10"), iso_moment("2015-11-09T23:00:00.000Z"), iso_moment("2015-11-10T00:00:00+05:00")
    (datetime.date(2015, 11, 10), datetime.date(2015, 11, 10), datetime.date(2015, 11, 10))
    >>> iso_moment("2015-11-10T08:30:00"), iso_moment("10.11.2015")
    (datetime.datetime(2015, 11, 10, 8, 30), None)
    """
    match = _MOMENT.fullmatch(text.strip())
    if not match:
        return None
    try:
        moment = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}")
        if match[3] == "Z":
            moment = moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(_HERE).replace(tzinfo=None)
            return moment.date() if moment.hour <= 2 and not moment.minute else moment
    except (ValueError, OverflowError):
        return None
    return moment.date() if moment.time() == time() else moment
