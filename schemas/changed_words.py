"""Why an amount changed, in German, the same at every door: which field, from what to what, in which cells (RULES section 7.4)."""

from collections.abc import Iterable, Iterator
from datetime import date

from schemas.changed import BEHIND, FieldChange, KeyChange, LawChange, Place, WhatChanged
from schemas.identifiers import Ags, CaseId
from schemas.law import AGH_ALLOWANCE
from schemas.money import euros
from schemas.months import Month, first_day, german_date, german_month, last_day
from schemas.results import COUNTY_CAUSES, GERMAN_CAUSE, Cause, LineKind
from schemas.returns import NO, TABLES, YES, Column

_OPPORTUNITIES = (LineKind.ALLOWANCE, LineKind.EXPENSE)
# Kind of line → where the keys of the programme file stand that it follows from (PROGRAMME sections 2 to 7).
_SECTIONS = dict.fromkeys(_OPPORTUNITIES, ("allowance.",)) | {
    LineKind.PREMIUM: ("programme.start", "programme.end", "programme.target_group", "savings.", "premium."),
    LineKind.NEUTRALITY: ("programme.start", "programme.end", "programme.target_group", "savings.", "premium."),
    LineKind.START_UP: ("start_up.",),
}


def reasons(
    changed: WhatChanged,
    cause: Cause | None,
    *,
    ags: Ags,
    service_month: Month,
    kind: str,
    case_id: CaseId,
    reference: str,
) -> Iterator[str]:
    """What changed behind one cause of a line's difference (results.CORRECTIONS), a phrase for each input.

    Nothing where the cause says all (a Storno, a manual line, a year that was opened again).
    """
    own, line_kind = changed.of(ags), LineKind(kind)
    if cause is Cause.CORRECTION:
        fields = list(fields_behind(own, service_month, line_kind, case_id, reference))
        yield from (field_in_full(change, service_month) for change in fields)
        if not fields:
            yield from (
                f"Meldung für {german_month(each.month)}: {each.new_file}"
                + (f" ersetzt {each.old_file}" if each.old_file else " ist neu")
                for each in own.returns
            )
    elif cause is Cause.LATE_RETURN:
        for each in own.returns:
            late = each.old_file is None and each.month < own.settled_in
            if late and (line_kind not in _OPPORTUNITIES or each.month == service_month):
                yield f"Meldung für {german_month(each.month)} ist neu: {each.new_file}"
    elif cause is Cause.LAW:
        yield from (
            _law(change)
            for change in own.law
            if _applies(change, service_month, line_kind) and own.measures(change, case_id, service_month)
        )
    elif cause is Cause.PROGRAMME:
        yield from (_key(change) for change in own.keys if _concerns(change, ags, line_kind))
    elif cause is Cause.SOFTWARE and own.software is not None and own.software[0] != own.software[1]:
        yield f"Version {own.software[0]} → {own.software[1]}"


def cause_in_words(cause: Cause, phrases: Iterable[str]) -> str:
    """A cause with what changed behind it, as a sentence.

    >>> cause_in_words(Cause.SOFTWARE, ["Version 1.0 → 1.1"]), cause_in_words(Cause.CANCELLATION, [])
    ('Geänderte Software: Version 1.0 → 1.1.', 'Storno.')
    """
    told = "; ".join(phrases)
    return f"{GERMAN_CAUSE[cause]}: {told}." if told else f"{GERMAN_CAUSE[cause]}."


def headlines(
    own: WhatChanged,
    cause: Cause | None,
    *,
    ags: Ags,
    service_month: Month,
    kind: str,
    case_id: CaseId,
    reference: str,
) -> Iterator[str]:
    """The same for a letter: case, month of the return and field, without cells."""
    if cause is Cause.CORRECTION:
        of_month: dict[Month, list[str]] = {}
        for change in fields_behind(own, service_month, LineKind(kind), case_id, reference):
            of_month.setdefault(change.month, []).append(field_in_short(change))
        for month, fields in of_month.items():
            yield f"Fall {case_id}, {german_month(month)}: {', '.join(fields)}"
    elif cause in COUNTY_CAUSES:
        yield from reasons(
            own, cause, ags=ags, service_month=service_month, kind=kind, case_id=case_id, reference=reference
        )


def fields_behind(
    own: WhatChanged, service_month: Month, kind: LineKind, case_id: CaseId, reference: str
) -> Iterator[FieldChange]:
    """The fields of a case that a line follows from: of its own row, or of all its months up to the line's."""
    behind = BEHIND.get(kind, {})
    for change in own.fields:
        if change.case_id != case_id or change.table not in behind:
            continue
        if change.column is not None and change.column not in behind[change.table]:
            continue
        if kind in _OPPORTUNITIES and (change.month, change.row) != (service_month, reference):
            continue
        if change.table == "benefits" and change.month > service_month:
            continue
        yield change


def field_in_full(change: FieldChange, service_month: Month) -> str:
    """A field with old and new value and both cells; the month of its return where it is another than the line's."""
    of = f"{german_month(change.month)}, " if change.month != service_month else ""
    cells = [
        f"{word} {_cell(place)}" for word, place in (("bisher", change.old_place), ("jetzt", change.new_place)) if place
    ]
    return f"{field_in_short(change)} ({of}{', '.join(cells)})"


def field_in_short(change: FieldChange) -> str:
    """A field with old and new value.

    >>> place = Place("a.xlsx", "Leistungen", "H5")
    >>> field_in_short(FieldChange("05358024", "J-1", "2016-05", "benefits", "", "paid_cents", 0, 275_88, place, place))
    'Gezahlte Leistung 0,00 € → 275,88 €'
    """
    if change.column is None:
        sheet = TABLES[change.table].sheet
        return f"Zeile auf dem Blatt „{sheet}“ {'neu' if change.old_place is None else 'entfallen'}"
    column = TABLES[change.table].column(change.column)
    return f"{column.heading} {_value(column, change.old)} → {_value(column, change.new)}"


def _value(column: Column, value: object) -> str:
    if value is None:
        return "leer"
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, date):
        return german_date(value)
    if isinstance(value, int) and column.kind == "money":
        return euros(value)
    if isinstance(value, int) and column.kind == "hours":
        return euros(value).removesuffix(" €")  # hundredths, written like cents
    return str(value)


def _cell(place: Place) -> str:
    return f"{place.sheet}!{place.address} in {place.file}"


def _applies(change: LawChange, service_month: Month, kind: LineKind) -> bool:
    """Whether a law row is one that a line of this kind and month follows from; premiums look back at earlier months."""
    if kind in _OPPORTUNITIES:
        of_month = change.valid_from <= last_day(service_month) and first_day(service_month) <= change.valid_to
        return change.table == AGH_ALLOWANCE.name and of_month
    return change.table != AGH_ALLOWANCE.name and change.valid_from <= last_day(service_month)


def _law(change: LawChange) -> str:
    return f"{change.named}, ab {german_date(change.valid_from)}: {change.old or 'nichts'} → {change.new or 'nichts'}"


def _concerns(change: KeyChange, ags: Ags, kind: LineKind) -> bool:
    own_amount = kind is LineKind.START_UP and change.key == f"municipality.{ags}.start_up_eur"
    return own_amount or change.key.startswith(_SECTIONS.get(kind, ()))


def _key(change: KeyChange) -> str:
    return f"Programmdatei, {change.key}: {change.old or 'leer'} → {change.new or 'leer'}"
