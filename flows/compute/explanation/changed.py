"""Which inputs changed behind the differences of earlier months: fields of two returns, law rows, keys of the programme file."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from flows.compute.law import Law
from schemas.changed import BEHIND, FieldChange, KeyChange, LawChange, Place, Replaced, ReturnChange
from schemas.law import AGH_ALLOWANCE, LAW_TABLES, LawTable
from schemas.law_words import named_and_figures
from schemas.references import agh_reference

Row = Mapping[str, Any]
_COLUMNS = {
    table: tuple(dict.fromkeys(column for kind in BEHIND.values() for column in kind.get(table, ())))
    for table in ("benefits", "opportunities", "placements")
}
# Of a placement: the newest return that mentions it tells them for all its months.
_KNOWN_TO_LATER = ("employer", "end")


def return_changes(replaced: Replaced) -> tuple[ReturnChange, ...]:
    """The returns that came late, or in place of earlier ones, in the order of municipality and month."""
    files = replaced.files
    return tuple(
        ReturnChange(each.ags, each.month, files[each.old_sha256] if each.old_sha256 else None, files[each.new_sha256])
        for each in replaced.returns
    )


def field_changes(replaced: Replaced) -> tuple[FieldChange, ...]:
    """Every field that an amount may follow from and that a newer return tells otherwise, with both cells.

    Returns that replace others are compared row by row. What a later month's return says of a placement's end and
    employer holds for its earlier months too, and is compared with what was known of it before (RULES section 4.2).
    """
    found = [change for table in _COLUMNS for change in _replaced_rows(replaced, table)]
    told = {(change.ags, change.case_id, change.row, change.column, change.month) for change in found}
    found += [
        change
        for change in _known_later(replaced)
        if (change.ags, change.case_id, change.row, change.column, change.month) not in told
    ]
    return tuple(sorted(found, key=lambda change: (change.ags, change.case_id, change.month, change.table, change.row)))


def _replaced_rows(replaced: Replaced, table: str) -> Iterator[FieldChange]:
    exchanged = {(each.ags, each.month) for each in replaced.returns if each.old_sha256 is not None}
    old, new = (
        {
            (row["ags"], row["month"], row["case_id"], _key(table, row)): row
            for row in rows[table].iter_rows(named=True)
            if row["case_id"] and (row["ags"], row["month"]) in exchanged
        }
        for rows in (replaced.before, replaced.after)
    )
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before is None or after is None:
            yield _change(replaced, table, None, before, after)
            continue
        for column in _COLUMNS[table]:
            if before[column] != after[column]:
                yield _change(replaced, table, column, before, after)


def _known_later(replaced: Replaced) -> Iterator[FieldChange]:
    """What the newest return that mentions a placement says of it, before and with the run."""
    newest: list[dict[tuple[str, ...], Row]] = []
    for rows in (replaced.before, replaced.after):
        newest.append({})
        for row in rows["placements"].sort("month").iter_rows(named=True):
            newest[-1][row["ags"], row["case_id"], _key("placements", row)] = row
    old, new = newest
    for key in sorted(old.keys() & new.keys()):
        before, after = old[key], new[key]
        for column in _KNOWN_TO_LATER if before["month"] != after["month"] else ():
            if before[column] != after[column]:
                yield _change(replaced, "placements", column, before, after)


def _key(table: str, row: Row) -> str:
    """What tells rows of a case and month apart."""
    if table == "opportunities":
        return agh_reference(row["position_id"], row["from_date"])
    return row["begin"].isoformat() if table == "placements" else ""


def _change(replaced: Replaced, table: str, column: str | None, before: Row | None, after: Row | None) -> FieldChange:
    row = after or before
    assert row is not None
    return FieldChange(
        ags=row["ags"],
        case_id=row["case_id"],
        month=row["month"],
        table=table,
        row=_key(table, row),
        column=column,
        old=before[column] if before and column else None,
        new=after[column] if after and column else None,
        old_place=_place(replaced, table, column, before) if before else None,
        new_place=_place(replaced, table, column, after) if after else None,
    )


def _place(replaced: Replaced, table: str, column: str | None, row: Row) -> Place:
    """The cell; of a whole row, and of a column that the file does not have, that of the case number."""
    letters = replaced.letters[row["file_sha256"]][table]
    letter = letters.get(column or "case_id", letters["case_id"])
    return Place(replaced.files[row["file_sha256"]], row["sheet"], f"{letter}{row['row']}")


def law_changes(old: Law, new: Law) -> tuple[LawChange, ...]:
    """The periods in which a law table says something else than before, with the figures then and now."""
    found = []
    for table in LAW_TABLES:
        before, after = _law_rows(table, old), _law_rows(table, new)
        for key in sorted({*before, *after}, key=repr):
            rows = (before.get(key, []), after.get(key, []))
            begins = sorted({row["valid_from"] for own in rows for row in own})
            for begin in begins:
                was, now = (_in_force(own, begin) for own in rows)
                old_figures, new_figures = (named_and_figures(table, row)[1] if row else "" for row in (was, now))
                if old_figures != new_figures:
                    known = [row for row in (now, was) if row is not None]
                    next_begin = [later - timedelta(days=1) for later in begins if later > begin]
                    until = min([row["valid_to"] for row in known] + next_begin)
                    named = f"{table.title}, {named_and_figures(table, known[0])[0]}"
                    found.append(LawChange(table.name, named, begin, until, old_figures, new_figures, key))
    return tuple(found)


def _in_force(rows: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    return next((row for row in rows if row["valid_from"] <= day <= row["valid_to"]), None)


def _law_rows(table: LawTable, law: Law) -> dict[object, list[dict[str, Any]]]:
    """Key → rows, of what the calculation reads."""
    frame = law.agh_rates() if table is AGH_ALLOWANCE else law.frames[table.name]
    found: dict[object, list[dict[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row[table.key_name] if table.key_name else None, []).append(row)
    return found


def key_changes(old: str, new: str) -> tuple[KeyChange, ...]:
    """The keys of the programme file (TOML, word for word) that have another value than before.

    >>> key_changes('[[premium]]\\nshare = "0.80"', '[[premium]]\\nshare = "0.70"')
    (KeyChange(key='premium.1.share', old='0.80', new='0.70'),)
    """
    before, after = (dict(_flat(tomllib.loads(text))) for text in (old, new))
    return tuple(
        KeyChange(key, before.get(key, ""), after.get(key, ""))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    )


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Dotted key → value as it is written; municipalities by their AGS, other entries of a list by their number."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _flat(entry, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for number, entry in enumerate(value, 1):
            yield from _flat(entry, f"{place}.{entry.get('ags', number)}")
    else:
        yield place, ", ".join(map(str, value)) if isinstance(value, list) else str(value)
