"""Credits set against the next invoice once more (RULES section 8.10), one run after the other, as a clerk would with a list."""

from dataclasses import dataclass, field
from datetime import date

from tests.reference.open_items import Charged, Paid, SetOff, TakenBack


@dataclass
class CreditList:
    """What waits, what was set against what, and what was paid out in the end; the runs write it on."""

    waiting: list[Charged] = field(default_factory=list)  # in the order of their numbers
    set_off: list[SetOff] = field(default_factory=list)
    paid_out: dict[str, int] = field(default_factory=dict)  # credit → paid out, by hand before and with the run

    def run(
        self,
        day: date,
        documents: list[Charged],
        taken_back: list[TakenBack],
        known: list[Paid],
        *,
        offset: bool,
        leaving: set[str],
    ) -> None:
        """A run of a day with its documents, the Stornos up to it, and the money that was known when it was drafted."""
        gone = {entry.number for entry in taken_back if entry.day <= day}
        for ags in sorted({each.ags for each in [*self.waiting, *documents]}):
            invoices = [each for each in documents if each.ags == ags and each.cents > 0]
            left = sum(invoice.cents for invoice in invoices)
            for credit in [each for each in self.waiting if each.ags == ags]:
                rest = self.open(credit, gone, known)
                if rest > 0 and left > 0:
                    used = min(rest, left)
                    self.set_off.append(SetOff(ags, invoices[0].number, credit.number, day, used))
                    rest, left = rest - used, left - used
                if rest > 0 and ags in leaving and credit.number not in gone:
                    self.paid_out[credit.number] = self.went_out(credit, known) + rest
        if offset:
            self.waiting += [each for each in documents if each.cents < 0 and each.ags not in leaving]

    def open(self, credit: Charged, gone: set[str], known: list[Paid]) -> int:
        """What of a credit can still be set off."""
        if credit.number in gone:
            return 0
        used = sum(each.cents for each in self.set_off if each.credit == credit.number and each.invoice not in gone)
        return -credit.cents - used - self.went_out(credit, known)

    def went_out(self, credit: Charged, known: list[Paid]) -> int:
        """What of a credit was paid out, by all that is known of it."""
        moved = -sum(each.cents for each in known if each.number == credit.number)
        return max(moved, self.paid_out.get(credit.number, 0), 0)
