"""Wrong use: one clear sentence, exit code 2, and every file stays as it was."""

import shutil
from pathlib import Path

import pytest

from tests.command import call, contents, run

INPUTS = Path("inputs")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One approved and one drafted month of a programme of its own copy."""
    folder = tmp_path_factory.mktemp("refusals")
    shutil.copytree(INPUTS / "law", folder / "inputs/law")
    shutil.copytree(INPUTS / "mittelsachsen", folder / "inputs/mittelsachsen")
    where = ("--inputs", folder / "inputs", "--outputs", folder / "outputs")
    assert call("settle", "2024-12", "--direct", "--by", "Eva", *where).code == 0
    assert call("approve", "12/2024", "--by", "Frida", "--date", "15.01.2025", *where).code == 0
    assert call("settle", "2025-01", "--direct", "--by", "Eva", *where).code == 0
    return folder


ADJUST = ["adjust", "14522150", "--month", "2025-01", "--reason", "Grund", "--voucher", "-5", "--by", "Eva"]
WRONG_USE = {
    "no month": (["settle", "Januar"], "„Januar“ ist kein Monat"),
    "no quarter": (["report", "1/2025"], "„1/2025“ ist kein Quartal. Bitte Jahr und Quartal wie 2016-Q1 oder Q1/2016"),
    "month 13": (["settle", "2025-13"], "kein Monat"),
    "month before the programme": (["settle", "2024-11"], "liegt vor dem Beginn des Programms (Dezember 2024)"),
    "unknown programme": (["settle", "2025-02", "--programme", "dueren-nord"], "Vorhanden: mittelsachsen"),
    "missing folder": (["settle", "2025-11"], "2025-11 fehlt"),
    "month already approved": (["settle", "2024-12"], "Dezember 2024 ist bereits freigegeben"),
    "unapproved predecessor": (["settle", "2025-02"], "Januar 2025 ist noch nicht freigegeben"),
    "same person approving": (["approve", "2025-01", "--by", "eva"], "zweite Person"),
    "approving twice": (["approve", "2024-12", "--by", "Frida"], "bereits freigegeben"),
    "approving without a draft": (["approve", "2025-03", "--by", "Frida"], "gibt es keinen Entwurf"),
    "approving as nobody": (["approve", "2025-01", "--by", " "], "Bitte mit --by den Namen angeben"),
    "approval date before the last": (["approve", "2025-01", "--by", "Frida", "--date", "2025-01-14"], "liegt vor dem der letzten Freigabe"),
    "approval date in the future": (["approve", "2025-01", "--by", "Frida", "--date", "2999-02-15"], "liegt in der Zukunft"),
    "no date": (["approve", "2025-01", "--by", "Frida", "--date", "15/2/2025"], "kein Datum"),
    "negative amount that is none": ([*ADJUST, "-12,50,1"], "„-12,50,1“ ist kein Betrag"),
    "missing file to check": (["check", "gibtesnicht.xlsx"], "gibtesnicht.xlsx gibt es nicht"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG_USE)
def test_wrong_use_is_refused_in_one_sentence_and_changes_nothing(place: Path, case: str) -> None:
    arguments, words = WRONG_USE[case]
    before = contents(place)
    answer = call(*arguments, "--inputs", place / "inputs", "--outputs", place / "outputs")
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert answer.err.count("\n") == 1
    assert contents(place) == before


def test_refused_on_a_fresh_place_leaves_no_outputs(tmp_path: Path) -> None:
    answer = call("settle", "2024-11", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs")
    assert answer.code == 2
    assert not (tmp_path / "outputs").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["settle"], "Es fehlt die Angabe MONAT."),
        (["check"], "Es fehlt die Angabe DATEI. "),
        (["approve", "2025-01"], "Es fehlt die Angabe --by."),
        (["abrechnen"], "Den Befehl abrechnen gibt es nicht. Vorhanden sind: forms, settle, approve, "),
        (["aprove", "2025-01"], "Den Befehl aprove gibt es nicht. Meinten Sie approve? "),
        (["--programme", "dueren", "status"], "Die Option --programme gehört hinter den Befehl. "),
        (["SETTLE", "2025-01"], "Meinten Sie settle? "),
        (["settle", "2025-01", "--fast"], "Die Option --fast gibt es nicht. Hilfe: "),
        (["settle", "2025-01", "--programm", "x"], "Die Option --programm gibt es nicht. Meinten Sie --programme? "),
        (["settle", "2025-01", "--outptus=x"], "Die Option --outptus gibt es nicht. Meinten Sie --outputs? "),
        (["settle", "2025-01", "-by", "Eva"], "Die Option -by gibt es nicht. Meinten Sie --by? "),
        ([*ADJUST, "-12,50", "--reson", "x"], "Die Option --reson gibt es nicht. Meinten Sie --reason? "),
        ([*ADJUST, "--withdrw"], "Die Option --withdrw gibt es nicht. Meinten Sie --withdraw? "),
        ([*ADJUST, "-12,50", "-13,50"], "Die Angabe -13,50 wird nicht gebraucht."),
        (
            [*ADJUST, "-12,50", "--by"],
            "Zur Option --by fehlt der Wert, oder sie steht falsch. Hilfe: ",
        ),
        (["settle", "2025-01", "--runner", "wolke"], "Erlaubt sind: auto, threads, processes, dask."),
        (["settle", "2025-01", "--by"], "Zur Option --by fehlt der Wert"),
        ([*ADJUST[:2], "--voucher"], "Zur Option --voucher fehlt der Wert"),
        (["settle", "2025-01", "2025-02"], "Die Angabe 2025-02 wird nicht gebraucht."),
        (
            ["settle", "März", "2025"],
            "Die Angabe 2025 wird nicht gebraucht. Mehrere Wörter bitte in Anführungszeichen setzen. ",
        ),
    ],
)
def test_wrong_words_are_answered_in_german(arguments: list[str], words: str) -> None:
    answer = call(*arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.strip().endswith("--help")


def test_a_folder_to_check_is_named_as_a_folder(tmp_path: Path) -> None:
    answer = call("check", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs", tmp_path)
    assert answer.code == 2
    assert answer.err == f"{tmp_path} ist ein Ordner. Bitte die Meldungen darin einzeln nennen.\n"
    assert not (tmp_path / "outputs").exists()


def test_a_file_in_place_of_the_folder_for_a_check_is_named(tmp_path: Path) -> None:
    (tmp_path / "datei").touch()
    sent = INPUTS / "mittelsachsen/returns/2025-03/Frankenberg_2025-03.xlsx"
    for target in (tmp_path / "datei", tmp_path / "datei/darin"):
        answer = call("check", sent, "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs", "--to", target)
        assert answer.code == 2
        assert "hier liegt eine Datei, wo ein Ordner sein sollte. " in answer.err
        assert "gebucht wurde dabei nichts. Bitte" in answer.err


def test_the_name_of_a_file_that_is_too_long_is_named_as_that(tmp_path: Path) -> None:
    answer = call("check", f"{'a' * 300}.xlsx", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs")
    assert answer.code == 2
    assert "der Name ist zu lang. Freigegeben oder gebucht wurde dabei nichts. Bitte" in answer.err


def test_a_ledger_without_approved_months_is_not_praised(tmp_path: Path) -> None:
    answer = call("verify", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs")
    assert answer.code == 0
    assert answer.out == "Noch ist kein Monat freigegeben; es gibt nichts zu prüfen.\n"


def test_the_demo_approves_nothing_but_what_is_shipped(tmp_path: Path) -> None:
    """Beside one month of Mittelsachsen lie a later one, a system's file and a county's own programme."""
    inputs, outputs = tmp_path / "inputs", tmp_path / "outputs"
    nothing = call("demo", "--direct", "--inputs", inputs, "--outputs", outputs)
    assert (nothing.code, nothing.out) == (2, "")
    assert "keines der mitgelieferten Programme (dueren, mittelsachsen)" in nothing.err
    shutil.copytree(INPUTS / "law", inputs / "law")
    for name in ("mittelsachsen", "eigen"):
        shutil.copytree(INPUTS / "mittelsachsen/returns/2024-12", inputs / name / "returns/2024-12")
        terms = (INPUTS / "mittelsachsen/programme.toml").read_text(encoding="utf-8")
        (inputs / name / "programme.toml").write_text(
            terms.replace('key = "mittelsachsen"', f'key = "{name}"'), encoding="utf-8"
        )
    (inputs / "mittelsachsen/returns/2025-05").mkdir()
    (inputs / "mittelsachsen/returns/.DS_Store").touch()
    answer = call("demo", "--direct", "--inputs", inputs, "--outputs", outputs)
    assert answer.code == 0, answer.err
    assert "Dezember 2024" in answer.out
    assert "Mai 2025" not in answer.out
    assert not (outputs / "eigen").exists()
    assert not (outputs / "accounts.db").exists()  # who gets in beside an own programme is for the county to say


def test_a_bare_call_explains_itself() -> None:
    answer = call()
    assert answer.code == 0
    assert "So läuft ein Monat" in answer.out
    for command in ("demo", "forms", "settle", "approve", "verify", "status", "check"):
        assert f"\n  {command} " in answer.out
    assert "Usage" not in answer.out
    assert "Options" not in answer.out


def test_a_ledger_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    ledger = tmp_path / "outputs/mittelsachsen/ledger.db"
    ledger.parent.mkdir(parents=True)
    ledger.write_bytes(b"not a database at all" * 100)
    answer = call("status", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs")
    assert answer.code == 2
    assert "Sicherung" in answer.err


def test_outputs_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file where a folder should be", encoding="utf-8")
    answer = call("settle", "2024-12", "--direct", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs")
    assert answer.code == 2
    assert "hier liegt eine Datei, wo ein Ordner sein sollte" in answer.err
    assert answer.err.count("\n") == 1


def test_an_orchestrator_that_does_not_answer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    answer = run("settle", "2024-12", "--programme", "mittelsachsen", "--outputs", tmp_path / "outputs")
    assert answer.code == 2
    assert "http://127.0.0.1:9/api antwortet nicht" in answer.err
    assert "--direct" in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "outputs").exists()


def test_returns_of_months_that_were_left_out_are_mentioned(tmp_path: Path) -> None:
    answer = call("settle", "2025-02", "--direct", "--programme", "mittelsachsen", "--outputs", tmp_path)
    assert answer.code == 0
    assert "Meldungen für Dezember 2024, Januar 2025 liegen im Ordner" in answer.out


def test_a_folder_that_is_no_month_is_none_of_ours(place: Path) -> None:
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs")
    told = call("status", *where)
    folder = place / "inputs/mittelsachsen/returns/alt"
    folder.mkdir()
    try:
        assert call("status", *where) == told
    finally:
        folder.rmdir()
    assert told.code == 0


def test_documents_of_an_approved_month_come_back_byte_for_byte(place: Path) -> None:
    where = ("--inputs", place / "inputs", "--outputs", place / "outputs")
    month = place / "outputs/mittelsachsen/2024-12"
    before = contents(month)
    shutil.rmtree(month)
    assert call("emit", "2024-12", *where).code == 0
    assert contents(month) == before
    assert call("emit", "2025-01", *where).code == 2  # a draft only
