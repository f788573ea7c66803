"""The cover sheet: label in one cell, value right of it, anywhere on the sheet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flows.ingest.form.cells import parse
from flows.ingest.form.layout import UNIT, hidden_parts
from flows.ingest.form.values import EMPTY, Parsed, excerpt, expected, shown
from flows.ingest.spreadsheet.anomalies import Oddity
from flows.ingest.spreadsheet.workbook import Sheet, Value
from schemas.findings import Finding, finding
from schemas.returns import CONTROL_TOTALS, COVER, Column
from schemas.spelling import folded

MUST = frozenset(column.name for column in COVER if column.required) - CONTROL_TOTALS.keys()


@dataclass
class Cover:
    """What the cover sheet says; a value that is missing or not understood is absent.

    Values have the types of their columns (returns.COVER).
    """

    sheet: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)  # label's name → address of the value


def read_cover(
    sheet: Sheet, needed_totals: frozenset[str], *, file: str, programme: str
) -> tuple[Cover, list[Finding]]:
    """The cover's values; every required one that is missing or unreadable is F06.

    `needed_totals` names the control totals of sheets that the programme needs; others may be empty. `programme` is
    the key that is expected.
    """
    cover = Cover(sheet.name)
    findings: list[Finding] = []
    labels: dict[str, list[tuple[int, int]]] = {}
    for index, row in enumerate(sheet.rows):
        for position, value in enumerate(row):
            for name in _labels(value):
                labels.setdefault(name, []).append((index, position))
    for column in COVER:
        places = labels.get(folded(column.heading), [])
        required = column.name in MUST or column.name in needed_totals
        if places:
            findings.extend(
                _read_label(sheet, column, places, required=required, cover=cover, file=file, programme=programme)
            )
        elif required:
            findings.append(
                finding("F06/label", file=file, sheet=sheet.name, column=column.heading, label=column.heading)
            )
    return cover, findings + hidden_parts(sheet, file)


@lru_cache(maxsize=1_000)  # the returns of one form share their labels
def _labels(value: Value) -> tuple[str, ...]:
    """What a cell may be the label of: as it is, and without a unit in brackets at its end."""
    if not isinstance(value, str) or not value:
        return ()
    text = folded(value).rstrip(": ")
    return (text, UNIT.sub("", text)) if text.endswith(")") else (text,)


def _read_label(
    sheet: Sheet,
    column: Column,
    places: list[tuple[int, int]],
    *,
    required: bool,
    cover: Cover,
    file: str,
    programme: str,
) -> Iterator[Finding]:
    read = [(place, value, parse(value, column, sheet.epoch)) for place, value in _values(sheet, places)]
    stated = [entry for entry in read if entry[2] != EMPTY] or read
    place, value, parsed = stated[0]
    address = sheet.address(*place)
    variant = ""
    if len(stated) > 1 and len({_meaning(value, parsed) for _, value, parsed in stated}) > 1:
        variant = "F06/twice"
    elif isinstance(value, Oddity) and value.kind == "no_value":
        variant = "F06/formula"
    elif parsed.problem:
        variant = "F06/value"
    elif parsed.value is None:
        variant = "F06/empty" if required else ""
    else:
        cover.values[column.name] = parsed.value
        if column.name in CONTROL_TOTALS and address in sheet.marks.formulas:
            variant = "F11/formula"
        elif parsed.repaired and column.kind == "ags":
            variant = "F11/key"
    cover.cells[column.name] = str(address)
    if variant:
        yield finding(
            variant,
            file=file,
            sheet=sheet.name,
            cell=str(address),
            column=column.heading,
            label=column.heading,
            value=excerpt(str(parsed.value) if variant == "F11/key" else shown(value)),
            expected=_expected(column, programme),
        )


def _meaning(value: Value, parsed: Parsed) -> tuple[object, str]:
    """What two values have in common that say the same: the parsed value, or how they look where there is none."""
    return parsed.value, shown(value) if parsed.problem else ""


def _values(sheet: Sheet, labels: list[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], Value]]:
    """Place and value right of each label, or right of the merged range that it heads."""
    ends = {top_left: bottom_right[1] - sheet.first_column for top_left, bottom_right in sheet.merges}
    for index, position in labels:
        place = (ends.get(sheet.address(index, position), position) if ends else position) + 1
        row = sheet.rows[index]
        yield (index, place), row[place] if place < len(row) else None


def _expected(column: Column, programme: str) -> str:
    if column.name == "programme":
        return f"der Schlüssel des Programms „{programme}“"
    return f"{column.low}" if column.low == column.high and column.low else expected(column)
