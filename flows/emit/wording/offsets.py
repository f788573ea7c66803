"""What every paper says of credits that are set against invoices (RULES section 8.10)."""

from collections.abc import Iterable, Iterator

from schemas.money import euros
from schemas.months import german_date
from schemas.offsets import TakenBack, UsedCredit, sum_of

WAITS = "wird mit der nächsten Rechnung verrechnet"


def credit_named(credit: UsedCredit) -> str:
    """A credit note that is set against an invoice."""
    return f"Gutschrift {credit.number} vom {german_date(credit.document_date)}"


def credits_used(used: Iterable[UsedCredit]) -> str:
    """Credit notes with what is set off of each."""
    return ", ".join(f"{credit_named(each)} mit {euros(each.amount_cents)}" for each in used)


def undone(back: TakenBack, settlement: str) -> str:
    """What becomes of credits whose invoice is taken back; `settlement`: the run's own, as the paper names it ("dieser Abrechnung")."""
    became = WAITS
    if back.set_off_again:
        rest = ", der Rest mit der nächsten Rechnung" if back.rest_waits else ""
        became = f"wird mit {settlement} verrechnet{', der Rest ausgezahlt' if back.paid_out else rest}"
    elif back.paid_out:
        became = "wird ausgezahlt"
    told = [f"das Guthaben{f' aus {_numbers(back.opened)}' if back.lapsed else ''} {became}"] if back.opened else []
    told += [f"{_numbers(back.lapsed)} ist ebenfalls storniert, das Guthaben daraus entfällt"] if back.lapsed else []
    return f"Diese Verrechnung ist aufgehoben; {'; '.join(told)}."


def owed_before(back: TakenBack) -> Iterator[str]:
    """What of an invoice that is taken back was owed by the Storno of a credit."""
    if owed := back.owed_before:
        yield f"Von diesem Betrag entfallen {euros(sum_of(owed))} auf das Storno von {_numbers(owed)}; sie werden überwiesen, soweit sie zurückgezahlt sind."


def _numbers(used: Iterable[UsedCredit]) -> str:
    return " und ".join(each.number for each in used)
