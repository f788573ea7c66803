"""Use case: what changed behind the differences of a run: returns, law, programme file and software, before it and with it."""

from collections.abc import Collection
from dataclasses import replace

from flows.compute.explanation.changed import field_changes, key_changes, law_changes, return_changes
from flows.ledger.provenance import of_month
from flows.ledger.store.ledger import Reading
from flows.ledger.views.replaced import causes_of_case, month_before, read_needs, read_replaced
from flows.provenance import restored
from schemas.changed import NOTHING_CHANGED, WhatChanged
from schemas.changed_words import cause_in_words, reasons
from schemas.derivation import Booking, CaseHistory
from schemas.identifiers import Ags
from schemas.months import Month
from schemas.results import LINE_KEY, Cause


def what_changed(ledger: Reading, month: Month, agses: Collection[Ags], programme: str) -> WhatChanged:
    """The inputs of a settled month that are not those of the month approved before, for these municipalities.

    `agses` are those whose earlier months it settles anew: without any, nothing is read. `programme` is its key.
    """
    before = month_before(ledger, month) if agses else None
    if before is None:
        return NOTHING_CHANGED
    replaced = read_replaced(ledger, month, sorted(agses))
    returns, fields = return_changes(replaced), field_changes(replaced)
    old, new = of_month(ledger, before), of_month(ledger, month)
    if old is None or new is None:
        return WhatChanged(month, fields, returns)
    keys, software = key_changes(old.programme, new.programme), (old.software, new.software)
    if old.law == new.law:
        return WhatChanged(month, fields, returns, (), keys, software)
    then, now = restored(old, programme), restored(new, programme)
    law = law_changes(then[1], now[1]) if then and now else ()
    needs = read_needs(ledger, month, sorted(agses)) if law else ()
    return WhatChanged(month, fields, returns, law, keys, software, needs)


def with_causes(ledger: Reading, history: CaseHistory, month: Month, programme: str) -> CaseHistory:
    """A case's lines of a service month with the causes for which runs of later months settled them anew."""
    later = {entry.settled_in for entry in history.bookings if entry.service_month == month < entry.settled_in}
    told = {run: _causes(ledger, history, run, programme) for run in sorted(later)}

    def of(entry: Booking) -> Booking:
        key = (entry.service_month, history.ags, history.case_id, entry.kind, entry.reference)
        return replace(entry, causes=told.get(entry.settled_in, {}).get(key, ()))

    return replace(history, bookings=tuple(of(entry) for entry in history.bookings))


def _causes(
    ledger: Reading, history: CaseHistory, run: Month, programme: str
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Line key → a sentence for each cause, of the lines of a case that a run settled anew."""
    changed = what_changed(ledger, run, {history.ags}, programme)
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    order = list(Cause)  # in which they lead from the old amount to the new
    stored = causes_of_case(ledger, run, history.ags, history.case_id).iter_rows(named=True)
    for entry in sorted(stored, key=lambda entry: order.index(Cause(entry["cause"]))):
        line, cause = {name: entry[name] for name in LINE_KEY}, Cause(entry["cause"])
        sentence = cause_in_words(cause, reasons(changed, cause, **line))
        key = tuple(line.values())
        found[key] = (*found.get(key, ()), sentence)
    return found
