"""Use case: what changed behind the differences of a run: returns, law, programme file and software, before it and with it."""

from flows.compute.explanation.changed import field_changes, key_changes, law_changes, return_changes
from flows.ledger.provenance import of_month
from flows.ledger.store.ledger import Reading
from flows.ledger.views.replaced import month_before, read_replaced
from flows.provenance import restored
from schemas.changed import NOTHING_CHANGED, WhatChanged
from schemas.documents import Run


def what_changed(ledger: Reading, run: Run, programme: str) -> WhatChanged:
    """The inputs of a settled month that are not those of the month approved before; `programme` is its key.

    Nothing is read where no earlier month differs.
    """
    concerned = {*run.corrections["ags"], *run.closed_differences["ags"]}
    before = month_before(ledger, run.month) if concerned else None
    if before is None:
        return NOTHING_CHANGED
    replaced = read_replaced(ledger, run.month, sorted(concerned))
    returns, fields = return_changes(replaced), field_changes(replaced)
    old, new = of_month(ledger, before), of_month(ledger, run.month)
    if old is None or new is None:
        return WhatChanged(run.month, fields, returns)
    keys, software = key_changes(old.programme, new.programme), (old.software, new.software)
    if old.law == new.law:
        return WhatChanged(run.month, fields, returns, (), keys, software)
    then, now = restored(old, programme), restored(new, programme)
    law = law_changes(then[1], now[1]) if then and now else ()
    return WhatChanged(run.month, fields, returns, law, keys, software)
