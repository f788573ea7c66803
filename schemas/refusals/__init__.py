"""The catalogue of refusals: code → the German sentences of what is wrong and of the mend, and the action that helps.

A door words them (`wording.worded`): the raising place gives code and figures only.
"""

from schemas.refusals.entry import Action as Action
from schemas.refusals.entry import Door as Door
from schemas.refusals.entry import Entry
from schemas.refusals.inputs import INPUTS
from schemas.refusals.ledger import LEDGER
from schemas.refusals.office import OFFICE
from schemas.refusals.payments import PAYMENTS
from schemas.refusals.people import PEOPLE
from schemas.refusals.reading import READING
from schemas.refusals.settling import SETTLING
from schemas.refusals.typed import TYPED
from schemas.refusals.workspace import WORKSPACE

REFUSALS: dict[str, Entry] = {
    **TYPED,
    **INPUTS,
    **SETTLING,
    **OFFICE,
    **PAYMENTS,
    **READING,
    **LEDGER,
    **PEOPLE,
    **WORKSPACE,
}
