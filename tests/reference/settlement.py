"""Settlement = computed − posted (RULES section 7), key by key."""

from typing import Any

KEY = ("service_month", "ags", "case_id", "kind", "reference")

Row = dict[str, Any]


def key_of(line: Row) -> tuple[str, ...]:
    """RULES section 7.1, line key."""
    return tuple(line[name] for name in KEY)


def settle(computed: list[Row], posted: list[Row], month: str) -> list[Row]:
    """The lines that the run for `month` settles; `posted` are the lines of all earlier approved runs."""
    posted_of: dict[tuple[str, ...], list[Row]] = {}
    for line in posted:
        posted_of.setdefault(key_of(line), []).append(line)
    today = {key_of(line): line for line in computed}

    settled = []
    for key in sorted(today.keys() | posted_of.keys()):
        earlier = sorted(posted_of.get(key, []), key=lambda line: line["settled_in"])
        line = dict(today[key]) if key in today else _withdrawn(earlier[-1])
        line["settled_in"] = month
        line["posted_before_cents"] = sum(before["delta_cents"] for before in earlier)
        line["delta_cents"] = line["computed_cents"] - line["posted_before_cents"]
        if line["delta_cents"] != 0 or _worth_recording(line, earlier):
            settled.append(line)
    return settled


def _withdrawn(latest: Row) -> Row:
    """A line that vanished: nothing is computed any more, the rest as last posted."""
    return latest | {"quantity": 0, "cost_cents": 0, "computed_cents": 0, "reason": ["withdrawn"]}


def _worth_recording(line: Row, earlier: list[Row]) -> bool:
    """A line without money is kept where it shows a cost or a reason, but only once."""
    if line["computed_cents"] != 0 or (line["cost_cents"] == 0 and not line["reason"]):
        return False
    if not earlier:
        return True
    latest = earlier[-1]
    return (latest["cost_cents"], latest["reason"]) != (line["cost_cents"], line["reason"])
