"""Opening balances from a CSV file: what was charged before this software, a row per line key."""

import csv
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from schemas.money import MONEY_LIMIT_CENTS, cents
from schemas.months import is_month
from schemas.opening_balances import HEADINGS
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import COMPUTED_LINES, GERMAN_LINE_KIND, LINE_KEY, QUANTITY, RATE, LineKind, Unit, frame_schema

_KINDS = {GERMAN_LINE_KIND[kind]: kind for kind in LineKind if kind is not LineKind.ADJUSTMENT}
_AGH = (LineKind.ALLOWANCE, LineKind.EXPENSE)
_AGH_REFERENCE = re.compile(r"\S.* \d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d\d")


def read_opening(path: Path, programme: Programme) -> pl.DataFrame:
    """The rows of the file as lines (results.COMPUTED_LINES), sorted by key, in cents.

    Fields are separated by semicolons, the text is UTF-8. Refusal that names every row that cannot be taken, with
    reason and mend.
    """
    try:
        content = path.read_bytes()
        table = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";", strict=True))
    except FileNotFoundError as error:
        raise Refusal("file-missing", path=path) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal("opening-no-csv", path=path) from error
    if not table or tuple(table[0]) != HEADINGS:
        raise Refusal("opening-columns", path=path, expected="; ".join(HEADINGS))
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(table[1:], start=2) if any(row)]
    problems = [f"{path}, Zeile {number}: {problem}" for number, row in rows for problem in _problems(row, programme)]
    if not problems:
        problems = list(_doubles(path, rows))
    if not rows:
        raise Refusal("opening-empty", path=path)
    if problems:
        raise Refusal("file-content", problems=problems)
    return _lines(rows, hashlib.sha256(content).hexdigest())


def _problems(row: list[str], programme: Programme) -> Iterator[str]:
    if len(row) != len(HEADINGS):
        yield f"{len(row)} Felder statt {len(HEADINGS)}. Bitte die Semikolons prüfen."
        return
    month, ags, case_id, kind_name, reference, amount = row
    if not is_month(month) or month < programme.first_month:
        yield f"Der Leistungsmonat „{month}“ ist keiner des Programms. Erwartet wird die Form 2016-03, frühestens {programme.first_month}."
    if ags not in programme.members:
        yield f"Der Gemeindeschlüssel „{ags}“ gehört nicht zum Programm. Bitte Schlüssel oder Programmdatei prüfen."
    kind = _KINDS.get(kind_name)
    if kind is None:
        yield f"Die Art „{kind_name}“ gibt es nicht. Erlaubt sind: {', '.join(_KINDS)}."
    elif (kind is LineKind.START_UP) != (case_id == ""):
        yield f"Zu {kind_name} gehört {'keine' if case_id else 'eine'} Fallnummer."
    if kind in _AGH and not _AGH_REFERENCE.fullmatch(reference):
        yield f"Die Referenz „{reference}“ passt nicht. Erwartet werden AGH-Nummer und Von-Datum wie „AGH-1 2016-03-01“."
    elif kind is not None and kind not in _AGH and reference:
        yield f"Zu {kind_name} gehört keine Referenz. Bitte das Feld leeren."
    if not _AMOUNT.fullmatch(amount) or abs(_cents(amount)) > MONEY_LIMIT_CENTS:
        yield f"Der Betrag „{amount}“ ist nicht zu verstehen. Erwartet wird die Form 1234,50."


def _doubles(path: Path, rows: list[tuple[int, list[str]]]) -> Iterator[str]:
    first: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        earlier = first.setdefault(tuple(cell.upper() for cell in row[:5]), number)
        if earlier != number:
            yield f"{path}, Zeile {number}: Diese Position steht schon in Zeile {earlier}. Bitte zu einer Zeile zusammenfassen."


def _cents(amount: str) -> int:
    return cents(amount.replace(".", "").replace(",", "."))


def _lines(rows: list[tuple[int, list[str]]], sha256: str) -> pl.DataFrame:
    records = [
        {
            "service_month": month, "ags": ags, "case_id": case_id.upper(), "kind": str(_KINDS[kind]),
            "reference": reference.upper(), "quantity": 1, "unit": str(Unit.PIECE), "cost_cents": _cents(amount),
            "computed_cents": _cents(amount), "reason": [], "legal_basis": "Eröffnungssaldo", "file_sha256": sha256, "row": number,
        }
        for number, (month, ags, case_id, kind, reference, amount) in rows
    ]  # fmt: skip
    plain = frame_schema(COMPUTED_LINES) | {"quantity": pl.Int64, "rate_cents": pl.Int64}
    frame = pl.DataFrame(records, schema=plain).cast({"quantity": QUANTITY, "rate_cents": RATE})
    return COMPUTED_LINES.validate(frame.sort(LINE_KEY))
