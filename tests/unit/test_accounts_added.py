"""`user add`: what is wrong with an account is told before anybody thinks of a password for it."""

from pathlib import Path

import pytest

from flows.commands import people
from tests.command import call


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("toni", "--name", "Toni Beispiel", "--role", "kommune"), "Bitte --ags angeben."),
        (("eva", "--name", "Eva Neu", "--role", "freigabe"), "Anmeldename"),
        (("evi", "--name", "Eva Beispiel", "--role", "freigabe"), "Eva Beispiel"),
    ],
    ids=["no municipality", "login taken", "same person"],
)
def test_an_account_that_cannot_be_is_refused_before_a_password_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...], told: str
) -> None:
    add = ("user", "add", "eva", "--name", "Eva Beispiel", "--role", "sachbearbeitung", "--password-stdin")
    assert call(*add, "--outputs", tmp_path, stdin="ein langes Passwort\n").code == 0
    monkeypatch.setattr(people, "_password", lambda _: pytest.fail("a password was asked for"))
    answer = call("user", "add", *given, "--outputs", tmp_path)
    assert answer.code == 2
    assert told in answer.err
