"""Files behind a password: opened with what was agreed, refused with the reason otherwise (F02)."""

import re

import pytest

from flows.ingest.spreadsheet.decrypt import MOST_ROUNDS, WRITE_PROTECTION
from schemas.programme.programme import Programme
from tests.broken.containers import grids
from tests.broken.containers_xlsb import xlsb
from tests.broken.encrypted import locked, locked_xls
from tests.broken.forms import Form, Found, faultless, found, messages, missing_words, taken_in
from tests.broken.programmes import COMPLETE, loaded

VARIABLE = "MELDUNG_KENNWORT_DUEREN"
PASSWORD = "Grüße aus 52349"
REFUSED = [Found("F02", "error", "", "", "")]

LOCKED = {
    ".xlsx": lambda password: locked(faultless(), password),
    ".xlsb": lambda password: locked(Form("meldung.xlsb", xlsb(grids(faultless()))), password),
    ".xls": lambda password: Form("meldung.xls", locked_xls(grids(faultless()), password)),
}


def programme() -> Programme:
    return loaded(f'{COMPLETE}\n[limits]\npasswords = ["{VARIABLE}"]\n')


@pytest.mark.parametrize("kind", LOCKED)
def test_the_agreed_password_opens_the_file(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    intake = taken_in(LOCKED[kind](PASSWORD), programme=programme())
    assert found(intake) == []
    assert intake.rows["benefits"].equals(taken_in(faultless()).rows["benefits"].with_columns(
        file_sha256=intake.rows["benefits"]["file_sha256"]
    ))  # fmt: skip


@pytest.mark.parametrize("kind", LOCKED)
def test_another_password_is_f02(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "ein anderes")
    intake = taken_in(LOCKED[kind](PASSWORD), programme=programme())
    assert found(intake) == REFUSED
    assert not missing_words(messages(intake, "F02"), ["mit keinem hinterlegten Kennwort", "ohne Kennwort speichern"])
    assert PASSWORD not in messages(intake, "F02")


@pytest.mark.parametrize("kind", LOCKED)
def test_the_password_of_write_protection_needs_no_agreement(kind: str) -> None:
    assert found(taken_in(LOCKED[kind](WRITE_PROTECTION))) == []


def test_a_variable_that_is_not_set_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    intake = taken_in(locked(faultless(), PASSWORD), programme=programme())
    assert found(intake) == REFUSED
    assert not missing_words(messages(intake, "F02"), [VARIABLE, "nicht gesetzt", "noch einmal einlesen"])


def test_a_file_that_asks_for_hours_of_hashing_is_f01() -> None:
    sent = locked(faultless(), PASSWORD)
    (rounds,) = re.findall(rb'spinCount="(\d+)" saltSize="16" blockSize="16"', sent.content)[:1]
    more = str(9 * 10 ** (len(rounds) - 1)).encode()
    assert int(more) <= MOST_ROUNDS  # the stated length of the part must not change, so the test lowers the bar instead
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.ingest.spreadsheet.decrypt.MOST_ROUNDS", int(more) - 1)
        damaged = sent._replace(content=sent.content.replace(b'spinCount="' + rounds, b'spinCount="' + more))
        assert found(taken_in(damaged)) == [Found("F01", "error", "", "", "")]


@pytest.mark.parametrize("place", [0x200, 0x400, 0x1000, -0x400])
def test_a_damaged_encrypted_file_is_refused_and_nothing_worse(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSWORD)
    content = bytearray(locked(faultless(), PASSWORD).content)
    content[place : place + 64 or None] = bytes(64)
    intake = taken_in(Form("meldung.xlsx", bytes(content)), programme=programme())
    assert {entry.code for entry in found(intake)} <= {"F01", "F02"}
    assert len(intake.held_back) == 1
