"""The cover sheet: label in one cell, value right of it, anywhere on the sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from flows.ingest.marks import Oddity
from flows.ingest.parse import EMPTY, Parsed, expected, folded, parse, shown
from flows.ingest.sheets import UNIT, hidden_parts
from flows.ingest.workbook import Sheet, Value
from schemas.findings import Finding, finding
from schemas.returns import CONTROL_TOTALS, COVER, Column

MUST = frozenset(column.name for column in COVER if column.required) - CONTROL_TOTALS.keys()


@dataclass
class Cover:
    """What the cover sheet says; a value that is missing or not understood is absent."""

    sheet: str = ""
    values: dict[str, object] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)  # label's name → address of the value


def read_cover(sheet: Sheet, needed_totals: frozenset[str], file: str) -> tuple[Cover, list[Finding]]:
    """The cover's values; every required one that is missing or unreadable is F06.

    `needed_totals` names the control totals of sheets that the programme needs; others may be empty.
    """
    cover, findings = Cover(sheet.name), []
    labels: dict[str, list[tuple[int, int]]] = {}
    for index, row in enumerate(sheet.rows):
        for position, value in enumerate(row):
            for name in _labels(value):
                labels.setdefault(name, []).append((index, position))
    for column in COVER:
        places = labels.get(folded(column.heading), [])
        required = column.name in MUST or column.name in needed_totals
        if places:
            findings.extend(_read_label(sheet, column, places, required, cover, file))
        elif required:
            findings.append(
                finding("F06/label", file=file, sheet=sheet.name, column=column.heading, label=column.heading)
            )
    return cover, findings + hidden_parts(sheet, file)


def _labels(value: Value) -> set[str]:
    """What a cell may be the label of: as it is, and without a unit in brackets at its end."""
    text = folded(value).rstrip(": ") if isinstance(value, str) else ""
    return {text, UNIT.sub("", text)} if text.endswith(")") else {text}


def _read_label(
    sheet: Sheet, column: Column, places: list[tuple[int, int]], required: bool, cover: Cover, file: str
) -> list[Finding]:
    read = {place: parse(_at(sheet, *place), column, sheet.epoch) for place in _value_places(sheet, places)}
    stated = [place for place, parsed in read.items() if parsed != EMPTY] or [*read]
    index, position = stated[0]
    value, address, parsed = _at(sheet, index, position), sheet.address(index, position), read[index, position]
    where = {"file": file, "sheet": sheet.name, "cell": str(address), "column": column.heading, "value": shown(value)}
    words = {"label": column.heading, "expected": _expected(column)}
    cover.cells[column.name] = str(address)
    if len({_meaning(_at(sheet, *place), read[place]) for place in stated}) > 1:
        return [finding("F06/twice", **where, **words)]
    if isinstance(value, Oddity) and value.kind == "no_value":
        return [finding("F06/formula", **where, **words)]
    if parsed.problem:
        return [finding("F06/value", **where, **words)]
    if parsed.value is None:
        return [finding("F06/empty", **where, **words)] if required else []
    cover.values[column.name] = parsed.value
    if column.name in CONTROL_TOTALS and address in sheet.marks.formulas:
        return [finding("F11/formula", **where)]
    mended = parsed.repaired and column.kind == "ags"
    return [finding("F11/key", **(where | {"value": str(parsed.value)}))] if mended else []


def _meaning(value: Value, parsed: Parsed) -> tuple[object, str]:
    """What two values have in common that say the same: the parsed value, or how they look where there is none."""
    return parsed.value, shown(value) if parsed.problem else ""


def _value_places(sheet: Sheet, labels: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Right of each label, or right of the merged range that it heads."""
    ends = {top_left: bottom_right[1] - sheet.first_column for top_left, bottom_right in sheet.merges}
    for index, position in labels:
        yield index, ends.get(sheet.address(index, position), position) + 1


def _at(sheet: Sheet, index: int, position: int) -> Value:
    row = sheet.rows[index]
    return row[position] if position < len(row) else None


def _expected(column: Column) -> str:
    return f"{column.low}" if column.low == column.high and column.low else expected(column)
