"""Movements in the ledger, in both stores: taken in once, never changed, sealed with the next approval, reversible."""

import hashlib
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.ledger import journal, movements, posting
from flows.ledger.store import tables
from flows.ledger.store.ledger import Inside, Ledger
from flows.ledger.views.payments import read_payment_books
from schemas.journal import Act
from schemas.movements import AccountFile, Match, Movement, Share, Why
from schemas.refusal import Refusal
from tests.faults.test_ledger import DOEBELN, FREIBERG, PROGRAMME, approve, draft, line, settled
from tests.faults.test_tampering import changed
from tests.stores import STORES, new_ledger, unguarded
from tests.verified import verify

FIRST, SECOND = "AGH-2025-0001", "AGH-2025-0002"


@pytest.fixture(params=STORES)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """January approved: Döbeln owes 5.00, Freiberg 8.00."""
    ledger = new_ledger(request.param, tmp_path, request)
    draft(ledger, "2025-01", settled("2025-01", line(FREIBERG, "2025-01", 800), line(DOEBELN, "2025-01", 500)))
    approve(ledger, "2025-01")
    return ledger


def movement(number: int, cents: int, day: date = date(2025, 2, 20)) -> Movement:
    return Movement(f"Buchung {number}", f"key {number}", day, cents, "Stadt", None, "Zweck", "", returned=False)


def take_in(ledger: Ledger, archive: Path, name: str, *matched: tuple[Movement, Match]) -> list[int]:
    content = name.encode()
    file = AccountFile(
        name, hashlib.sha256(content).hexdigest(), "camt.053.001.08", tuple(each for each, _ in matched), ()
    )
    movements.archive([(file, content)], archive)
    with ledger.transaction() as connection:
        return movements.take_in(connection, file, [match for _, match in matched], by="Eva", account="eva")


def certain(number: str, ags: str, cents: int) -> Match:
    return Match((Share(ags, number, cents),), Why.NUMBER)


UNCLEAR = Match((), None, "Warum nicht")


def standing(ledger: Ledger) -> dict[int, tuple[tuple[str | None, str | None, int], ...]]:
    books = read_payment_books(ledger)
    return {each.id: tuple((share.ags, share.number, share.amount_cents) for share in each.shares) for each in books.movements}  # fmt: skip


def test_a_file_is_kept_with_its_movements_and_nothing_settled_changes(ledger: Ledger, tmp_path: Path) -> None:
    with ledger.reading() as connection:
        assert connection is not None
        seal = connection.scalar(sa.select(tables.runs.c.digest))
    ids = take_in(ledger, tmp_path / "archive", "a.xml", (movement(1, 500), certain(FIRST, DOEBELN, 500)), (movement(2, 300), UNCLEAR))  # fmt: skip
    assert ids == [1, 2]
    assert standing(ledger) == {1: ((DOEBELN, FIRST, 500),), 2: ()}
    assert [(entry.act, entry.subject) for entry in journal.entries(ledger)][-1] == (Act.RECEIPTS, "a.xml")
    assert verify(ledger, tmp_path / "archive") == []
    with ledger.reading() as connection:
        assert connection is not None
        assert connection.scalar(sa.select(tables.runs.c.digest)) == seal
        assert movements.known(connection)[1] == {"key 1", "key 2"}


@pytest.mark.parametrize("change", ["account_files SET file", "movements SET text", "allocations SET reason"])
def test_nothing_of_it_can_be_changed(ledger: Ledger, tmp_path: Path, change: str) -> None:
    take_in(ledger, tmp_path, "a.xml", (movement(1, 500), certain(FIRST, DOEBELN, 500)))
    for statement in (f"UPDATE {change} = 'x'", f"DELETE FROM {change.split()[0]}"):
        with pytest.raises(sa.exc.DBAPIError, match=r"sealed|foreign key"), ledger.transaction() as connection:
            connection.exec_driver_sql(statement)


def test_a_change_in_any_column_is_found(ledger: Ledger, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    take_in(ledger, archive, "a.xml", (movement(1, 500), certain(FIRST, DOEBELN, 500)))
    unnoticed = []
    for table in (tables.account_files, tables.movements, tables.allocations):
        for column in table.c:
            if column.foreign_keys or column.primary_key:
                continue
            with ledger.reading() as connection:
                assert connection is not None
                before = connection.scalar(sa.select(column))
            for value, found in ((changed("x" if before is None else before), True), (before, False)):
                with ledger.transaction() as connection, unguarded(connection, table.name):
                    connection.execute(sa.update(table).values({column.name: value}))
                if bool(verify(ledger, archive)) is not found:
                    unnoticed.append(str(column))
    assert unnoticed == []


def test_the_next_approval_seals_what_came(ledger: Ledger, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    take_in(ledger, archive, "a.xml", (movement(1, 500), certain(FIRST, DOEBELN, 500)))
    draft(ledger, "2025-02", settled("2025-02", line(FREIBERG, "2025-02", 100)))
    approve(ledger, "2025-02", on=date(2025, 3, 15))
    assert verify(ledger, archive) == []
    known = read_payment_books(ledger, "2025-02")
    take_in(ledger, archive, "b.xml", (movement(2, 800), certain(SECOND, FREIBERG, 800)))
    assert read_payment_books(ledger, "2025-02") == known  # what came later does not change what the month knew
    assert read_payment_books(ledger, "2025-01").movements == ()
    assert len(read_payment_books(ledger).movements) == 2
    for table in ("allocations", "movements", "account_files"):
        with ledger.transaction() as connection, unguarded(connection, table):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    found = verify(ledger, archive)
    assert "Umsätze: Eine Datei, die ein freigegebener Monat kannte, fehlt." in found
    assert "Zuordnungen von Umsätzen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt." in found


def test_a_person_assigns_and_takes_it_back(ledger: Ledger, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    take_in(ledger, archive, "a.xml", (movement(1, 1300), UNCLEAR))
    movements.assign(ledger, 1, [Share(DOEBELN, FIRST, 500)], reason="Telefonat", by="Eva")
    with pytest.raises(Refusal, match="ungeklärt sind vom Umsatz 1 aber"):
        movements.assign(ledger, 1, [Share(FREIBERG, SECOND, 801)], reason="Telefonat", by="Eva")
    with pytest.raises(Refusal, match="jeden Teil größer als null"):
        movements.assign(ledger, 1, [Share(FREIBERG, SECOND, 801), Share(FREIBERG, None, -1)], reason="x", by="Eva")
    movements.assign(ledger, 1, [Share(FREIBERG, SECOND, 800)], reason="Telefonat", by="Eva")
    with pytest.raises(Refusal, match="schon ganz zugeordnet"):
        movements.assign(ledger, 1, [Share(FREIBERG, SECOND, 1)], reason="x", by="Eva")
    assert standing(ledger) == {1: ((DOEBELN, FIRST, 500), (FREIBERG, SECOND, 800))}
    assert movements.release(ledger, 1, reason="Irrtum", by="Frida") == (Share(DOEBELN, FIRST, 500), Share(FREIBERG, SECOND, 800))  # fmt: skip
    assert standing(ledger) == {1: ()}
    with pytest.raises(Refusal, match="aufzuheben ist nichts"):
        movements.release(ledger, 1, reason="Irrtum", by="Frida")
    with pytest.raises(Refusal, match="Umsatz 7 gibt es nicht"):
        movements.release(ledger, 7, reason="Irrtum", by="Frida")
    (stored,) = read_payment_books(ledger).movements
    assert (stored.why, stored.reason, stored.done_by) == (Why.RELEASED, "Irrtum", "Frida")
    acts = [(entry.act, entry.name) for entry in journal.entries(ledger)][-3:]
    assert acts == [(Act.ASSIGNMENT, "Eva"), (Act.ASSIGNMENT, "Eva"), (Act.RELEASE, "Frida")]
    assert verify(ledger, archive) == []


def test_a_draft_tells_nothing_of_itself_among_the_claims(ledger: Ledger) -> None:
    draft(ledger, "2025-02", settled("2025-02", line(FREIBERG, "2025-02", 100)))
    assert [claim.number for claim in read_payment_books(ledger).claims] == [FIRST, SECOND]
    with posting.approving(ledger, "2025-02", "Frida Freigabe", date(2025, 3, 15), PROGRAMME.accounting) as approved:
        inside = read_payment_books(Inside(approved.connection), "2025-02")
    assert [claim.number for claim in inside.claims] == [FIRST, SECOND, "AGH-2025-0003"]
