"""Use case: finish what an interrupted run left; every command begins with it."""

from dataclasses import dataclass

from flows.emit import month_folder
from flows.emit.erasure import remove
from flows.ledger import document_state
from flows.orchestration import Direct, Progress
from flows.workspace import Place


@dataclass(frozen=True)
class Mended:
    """Months whose documents were written anew, and how many files with erased cases went."""

    months: tuple[str, ...] = ()
    erased_files: int = 0


def mend(place: Place, progress: Progress) -> Mended:
    """Finish it; nothing happens while another run is at work: it finishes its own documents."""
    erased = place.to_erase()
    if not (document_state.unfinished(place.ledger) or month_folder.leftovers(place.folder, place.archive) or erased):
        return Mended()
    with place.ledger.alone(wait=False) as free:
        return Mended(_finish(place, progress) if free else (), len(erased))


def _finish(place: Place, progress: Progress) -> tuple[str, ...]:
    from flows.ledger.posting import months  # with Polars, for which the rare case alone waits
    from flows.settle import write_documents
    from schemas.programme.file import load_programme

    remove(place.to_erase())
    todo = document_state.unfinished(place.ledger)
    settled = {entry.month for entry in months(place.ledger)}
    todo |= dict.fromkeys(month_folder.interrupted(place.folder) & settled, True)
    month_folder.clear_leftovers(place.folder, place.archive)
    programme = load_programme(place.inputs / place.programme)
    for month, settled_again in todo.items():
        if settled_again:
            write_documents(place, programme, month, Direct("threads", progress))
        else:
            place.remove_documents(month)
    return tuple(sorted(month for month, settled_again in todo.items() if settled_again))
