"""Opening balances from a CSV file: what was charged before this software, a row per line key."""

import csv
import hashlib
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl

from schemas.money import MONEY_LIMIT_CENTS, cents
from schemas.months import is_month, last_day, written_day
from schemas.opening_balances import COUNTED, HEADINGS, OPTIONAL_HEADINGS, SAVED, SINCE
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.results import GERMAN_LINE_KIND, LINE_KEY, QUANTITY, RATE, LineKind, Unit, frame_schema
from schemas.spelling import visible
from schemas.standing import OPENING

_KINDS = {GERMAN_LINE_KIND[kind]: kind for kind in LineKind if kind not in (LineKind.NEUTRALITY, LineKind.ADJUSTMENT)}
_AGH = (LineKind.ALLOWANCE, LineKind.EXPENSE)
_AGH_REFERENCE = re.compile(r"\S.* \d{4}-\d\d-\d\d")
_COUNT = re.compile(r"[0-9]{1,3}")
_AMOUNT = re.compile(r"-?(\d{1,3}(\.\d{3})+|\d+),\d\d")


def read_opening(path: Path, programme: Programme) -> pl.DataFrame:
    """The rows of a file (`opening_of`). Refusal where it is not there."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Refusal("file-missing", path=path) from error
    return opening_of(path, content, programme)


def opening_of(path: Path, content: bytes, programme: Programme) -> pl.DataFrame:
    """The rows of a file's content (standing.OPENING), sorted by key, in cents; `path` is what the file is called.

    Fields are separated by semicolons, the text is UTF-8. Refusal that names every row that cannot be taken, with
    reason and mend.
    """
    if len(content) > programme.limits.file_mib * 1024 * 1024:
        raise Refusal("opening-too-large", path=path, mib=programme.limits.file_mib)
    try:
        table = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";", strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise Refusal("opening-no-csv", path=path) from error
    optional = _optional_headings(table[0] if table else [])
    if optional is None:
        expected, more = "; ".join(HEADINGS), list(OPTIONAL_HEADINGS)
        raise Refusal("opening-columns", path=path, expected=expected, optional=more)
    rows = [(number, [visible(cell) for cell in row]) for number, row in enumerate(table[1:], start=2) if any(row)]
    problems = [
        f"{path}, Zeile {number}: {problem}" for number, row in rows for problem in _problems(row, optional, programme)
    ]
    if not problems:
        problems = list(_doubles(path, rows))
    if not rows:
        raise Refusal("opening-empty", path=path)
    if problems:
        raise Refusal("file-content", problems=problems)
    return _lines(rows, optional, hashlib.sha256(content).hexdigest())


def _optional_headings(headings: list[str]) -> list[str] | None:
    """The headings behind those that must be there; None where the file has others, or one twice."""
    given, optional = tuple(headings[: len(HEADINGS)]), [name.strip() for name in headings[len(HEADINGS) :]]
    known = given == HEADINGS and len(set(optional)) == len(optional) and set(optional) <= set(OPTIONAL_HEADINGS)
    return optional if known else None


def _problems(row: list[str], optional: list[str], programme: Programme) -> Iterator[str]:
    if len(row) != len(HEADINGS) + len(optional):
        yield f"{len(row)} Felder statt {len(HEADINGS) + len(optional)}. Bitte die Semikolons prüfen."
        return
    month, ags, case_id, kind_name, reference, amount = row[: len(HEADINGS)]
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
    if not _is_amount(amount):
        yield f"Der Betrag „{amount}“ ist nicht zu verstehen. Erwartet wird die Form 1234,50."
    told = _told(row, optional)
    if told and kind is not LineKind.PREMIUM:
        yield f"Zu {kind_name} gehört keine Angabe unter {', '.join(told)}. Bitte das Feld leeren."
    elif told:
        yield from _problems_of_premium(told, month)


def _told(row: list[str], optional: list[str]) -> dict[str, str]:
    """What the row tells beside the amount: heading → text."""
    return {name: text for name, text in zip(optional, row[len(HEADINGS) :], strict=True) if text}


def _problems_of_premium(told: dict[str, str], month: str) -> Iterator[str]:
    if SAVED in told and not _is_amount(told[SAVED]):
        yield f"Die Ersparnis „{told[SAVED]}“ ist nicht zu verstehen. Erwartet wird die Form 1234,50."
    if COUNTED in told and not _COUNT.fullmatch(told[COUNTED]):
        yield f"„{told[COUNTED]}“ ist keine Zahl gezählter Monate. Erwartet wird eine ganze Zahl wie 3."
    if SINCE in told:
        since = written_day(told[SINCE])
        if since is None:
            yield f"„{told[SINCE]}“ ist kein Datum. Erwartet wird die Form 01.03.2016."
        elif is_month(month) and since > last_day(month):
            yield f"Die Beschäftigung beginnt am {told[SINCE]} erst nach dem Leistungsmonat. Bitte Monat und Datum prüfen."


def _is_amount(text: str) -> bool:
    return bool(_AMOUNT.fullmatch(text)) and abs(_cents(text)) <= MONEY_LIMIT_CENTS


def _doubles(path: Path, rows: list[tuple[int, list[str]]]) -> Iterator[str]:
    first: dict[tuple[str, ...], int] = {}
    for number, row in rows:
        earlier = first.setdefault(tuple(cell.upper() for cell in row[:5]), number)
        if earlier != number:
            yield f"{path}, Zeile {number}: Diese Position steht schon in Zeile {earlier}. Bitte zu einer Zeile zusammenfassen."


def _cents(amount: str) -> int:
    return cents(amount.replace(".", "").replace(",", "."))


def _lines(rows: list[tuple[int, list[str]]], optional: list[str], sha256: str) -> pl.DataFrame:
    records: list[dict[str, object]] = [
        {
            "service_month": month,
            "ags": ags,
            "case_id": case_id.upper(),
            "kind": str(_KINDS[kind]),
            "reference": reference.upper(),
            "quantity": 1,
            "unit": str(Unit.PIECE),
            "cost_cents": _cents(amount),
            "computed_cents": _cents(amount),
            "reason": [],
            "legal_basis": "Eröffnungssaldo",
            "file_sha256": sha256,
            "row": number,
            **_premium(_told(row, optional)),
        }
        for number, row in rows
        for month, ags, case_id, kind, reference, amount in (row[: len(HEADINGS)],)
    ]
    plain = frame_schema(OPENING) | {"quantity": pl.Int64, "rate_cents": pl.Int64}
    frame = pl.DataFrame(records, schema=plain).cast({"quantity": QUANTITY, "rate_cents": RATE})
    return OPENING.validate(frame.sort(LINE_KEY))


def _premium(told: dict[str, str]) -> dict[str, int | date | None]:
    return {
        "saved_cents": _cents(told[SAVED]) if SAVED in told else None,
        "counted_months": int(told[COUNTED]) if COUNTED in told else None,
        "employed_since": written_day(told[SINCE]) if SINCE in told else None,
    }
