"""What `verify` finds when ledger, archive or documents were changed, by whoever has all rights (RULES section 8.4)."""

import shutil
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from flows.ledger.store import triggers
from flows.ledger.store.seal import seal
from flows.ledger.store.sqlite import SqliteLedger
from flows.ledger.store.tables import runs
from tests.command import contents
from tests.golden.board import text_of
from tests.golden.office import Office
from tests.rewriting import enter_anew, without_card
from tests.stores import unguard

FREIBERG = "14522180"
MONTH = "2024-12"
HOLDS = "Geprüft: 1 freigegebener Monat, alles stimmt."


@pytest.fixture(scope="module")
def december(tmp_path_factory: pytest.TempPathFactory) -> Path:
    office = Office.opened(tmp_path_factory.mktemp("office"), "mittelsachsen", {FREIBERG: "Freiberg"})
    office.settle(MONTH)
    assert "Prüfsiegel" not in texts(office.overview(MONTH)) + texts(office.statement(FREIBERG, MONTH))
    office.approve(MONTH, "2025-01-15")
    return office.folder


@pytest.fixture
def office(december: Path, tmp_path: Path) -> Office:
    return Office(Path(shutil.copytree(december, tmp_path / "office")), "mittelsachsen")


def texts(book: openpyxl.Workbook) -> str:
    return "\n".join(str(value) for sheet in book for row in sheet.values for value in row if value is not None)


def sealed(office: Office) -> str:
    with SqliteLedger(office.outputs / "ledger.db").reading() as connection:
        assert connection is not None
        digest: str = connection.execute(sa.select(runs.c.digest).where(runs.c.month == MONTH)).scalar_one()
        return digest


def rewrite(office: Office, *statements: str) -> None:
    """What someone can do who knows the program: change the books, seal and enter them again, so that the chain holds."""
    with SqliteLedger(office.outputs / "ledger.db").transaction() as connection:
        unguard(connection)
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("DELETE FROM seals")
        digest = seal(connection, 1)
        connection.execute(sa.update(runs).values(digest=digest))
        enter_anew(connection, digest)
        triggers.install(connection)
    without_card(office.outputs)


def test_the_seal_stands_on_every_document_and_is_compared(office: Office) -> None:
    digest = sealed(office)
    groups = " ".join(digest[start : start + 8] for start in range(0, 64, 8))
    assert f"Prüfsiegel des Monats: {groups}." in texts(office.overview(MONTH))
    assert f"Prüfsiegel des Monats: {groups}." in texts(office.statement(FREIBERG, MONTH))
    office.done("report", "--as-of", "2024-12-31", "--direct")
    report = openpyxl.load_workbook(office.outputs / "2024-12-31/Projektbeirat-2024-12-31.xlsx")
    assert f"Dezember 2024: {groups}" in texts(report)
    assert digest[:8] in text_of(office.outputs / "2024-12-31/Projektbeirat-2024-12-31.pdf")
    for kept in (digest, digest[:16], groups, groups.upper()):
        assert "Dezember 2024: Das Prüfsiegel stimmt überein." in office.done("verify", "--seal", f"12/2024={kept}")
    for kept in ("2024-12", "2024-12=", f"2024-12={digest[:15]}", f"2024-12={'x' * 16}", digest):
        assert "ist kein Prüfsiegel eines Monats" in office.refused("verify", "--seal", kept)


def test_a_ledger_rewritten_as_a_whole_passes_by_itself_and_fails_against_a_seal_that_was_kept(office: Office) -> None:
    """FG-03: 53.00 (66.25 h × 0.80) becomes 153.00, in line, document and every file."""
    kept = sealed(office)
    rewrite(
        office,
        "UPDATE lines SET cost_cents = 15300, computed_cents = 15300, delta_cents = 15300 WHERE computed_cents = 5300",
        "UPDATE documents SET total_cents = 15300 WHERE total_cents = 5300",
    )
    office.done("emit", MONTH)
    assert HOLDS in office.done("verify")  # nothing in the house knows better
    answer = office.call("verify", "--seal", f"{MONTH}={kept}")
    assert answer.code == 2
    assert "Dezember 2024: Das Prüfsiegel im Buch ist nicht das angegebene" in answer.out


def test_a_month_that_is_gone_is_told_by_its_seal(office: Office) -> None:
    digest = sealed(office)
    later = office.call("verify", "--seal", f"2025-01={digest}")
    assert later.code == 2
    assert "Januar 2025: Der Monat ist im Buch nicht freigegeben" in later.out
    for path in (office.outputs / "ledger.db", office.outputs / "ledger.db-wal", office.outputs / "ledger.db-shm"):
        path.unlink(missing_ok=True)
    answer = office.call("verify", "--seal", f"{MONTH}={digest}")
    assert answer.code == 2
    assert "ledger.db fehlt oder ist leer, obwohl" in answer.err
    assert "(zuletzt Dezember 2024)" in answer.err


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rows_opportunities SET hours_hundredths = 9900 WHERE hours_hundredths = 6625",
        "DELETE FROM rows_opportunities WHERE hours_hundredths = 6625",
        "UPDATE submissions SET month = '2024-11'",
    ],
)
def test_accepted_rows_are_read_again_from_the_archive(office: Office, statement: str) -> None:
    rewrite(office, statement)
    answer = office.call("verify")
    assert answer.code == 2
    assert "Dezember 2024: Die Angaben der Meldung Freiberg_2024-12.xlsx im Buch sind nicht die der archivierten Datei" in answer.out  # fmt: skip


def test_what_belongs_to_no_return_is_named(office: Office) -> None:
    (office.outputs / "archive/0123.xlsx").write_bytes(b"from nowhere")
    said = office.done("verify")
    assert "Im Archiv liegt, was zu keiner Meldung gehört" in said
    assert "0123.xlsx" in said
    assert HOLDS in said


def test_documents_are_compared_with_what_was_issued(office: Office) -> None:
    """An IBAN in the e-invoice is changed, a letter is gone: both are named, and written again byte for byte."""
    folder = office.outputs / MONTH
    before = contents(folder)
    (invoice,) = folder.glob("Kommunen/*/*.xml")
    text = invoice.read_text(encoding="utf-8")
    assert "DE" in text
    invoice.write_text(text.replace("DE", "FR", 1), encoding="utf-8")
    (letter,) = folder.glob("Kommunen/*/Abrechnung-*.xlsx")
    letter.unlink()
    answer = office.call("verify")
    assert answer.code == 2
    assert f"Dezember 2024: Die Unterlage {invoice.relative_to(folder).as_posix()} wurde verändert." in answer.out
    assert f"Dezember 2024: Die Unterlage {letter.relative_to(folder).as_posix()} fehlt." in answer.out
    assert "Das Buch stimmt" in answer.err
    assert "emit 2024-12" in answer.err
    office.done("emit", MONTH)
    assert contents(folder) == before
    assert HOLDS in office.done("verify")


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE issues SET files = replace(files, 'lines', 'linez')", "Dezember 2024: Was als Unterlagen des Monats festgehalten ist"),
        ("DELETE FROM issues", "Unterlagen: Ein Eintrag, den ein freigegebener Monat kannte, fehlt."),
    ],
)  # fmt: skip
def test_what_was_issued_cannot_be_forgotten(office: Office, statement: str, sentence: str) -> None:
    office.settle("2025-01")
    office.approve("2025-01", "2025-02-15")
    ledger = SqliteLedger(office.outputs / "ledger.db")
    with pytest.raises(sa.exc.IntegrityError, match="sealed"), ledger.transaction() as connection:
        connection.exec_driver_sql(statement)
    with ledger.transaction() as connection:
        unguard(connection)
        connection.exec_driver_sql(statement)
        triggers.install(connection)
    assert sentence in office.call("verify").out
