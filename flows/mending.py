"""Use case: finish what an interrupted run left; every command begins with it."""

from dataclasses import dataclass

from flows.belonging import remember
from flows.emit import month_folder
from flows.emit.erasure import remove
from flows.ledger import document_state
from flows.location import Location
from flows.orchestration import Progress, direct
from schemas.months import Month
from schemas.refusal import Refusal


@dataclass(frozen=True)
class Mended:
    """Months whose documents were written anew, how many files with erased cases went, and what stood in the way.

    No command fails for it: documents of a month may hold what an older version took and no workbook can be made of.
    """

    months: tuple[Month, ...] = ()
    unwritten: tuple[Month, ...] = ()  # months whose documents could not be written for any other reason
    erased_files: int = 0
    hindered: Refusal | OSError | None = None


def mend(location: Location, progress: Progress) -> Mended:
    """Finish it; nothing happens while another run is at work: it finishes its own documents.

    Where it cannot be finished, on a full or read-only disk, the command goes on: it may be one that only reads.
    """
    try:
        remember(location)
        erased = location.to_erase()
        if not (
            document_state.unfinished(location.ledger)
            or month_folder.leftovers(location.folder, location.archive)
            or erased
        ):
            return Mended()
        with location.ledger.alone(wait=False) as free:
            written, unwritten = _finish(location, progress) if free else ((), ())
            return Mended(written, unwritten, len(erased))
    except (Refusal, OSError) as error:
        return Mended(hindered=error)


def _finish(location: Location, progress: Progress) -> tuple[tuple[Month, ...], tuple[Month, ...]]:
    """The months whose documents were written, and those for which that failed."""
    from flows.ledger.month_state import months  # with Polars, for which the rare case alone waits
    from flows.settle import write_documents
    from schemas.programme.file import load_programme

    remove(location.to_erase())
    todo = document_state.unfinished(location.ledger)
    settled = {entry.month for entry in months(location.ledger)}
    todo |= dict.fromkeys(settled & month_folder.interrupted(location.folder), True)
    month_folder.clear_leftovers(location.folder, location.archive)
    programme = load_programme(location.inputs / location.programme)
    written, unwritten = [], []
    for month, settled_again in sorted(todo.items()):
        if not settled_again:
            location.remove_documents(month)
            continue
        try:
            with direct("auto", progress) as stages:
                write_documents(location, programme, month, stages)
        except (Refusal, OSError):
            raise
        except Exception:  # noqa: BLE001  # whatever it is, `emit` shows it, and no other command waits for it
            unwritten.append(month)
        else:
            written.append(month)
    return tuple(written), tuple(unwritten)
