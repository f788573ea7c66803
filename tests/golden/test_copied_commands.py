"""A command that a message prints works when it is copied: where there are several programmes, and in folders of one's own."""

import re
import shlex
import shutil
from pathlib import Path

from tests.command import Answer, call
from tests.golden.office import Office

PRINTED = re.compile("„placement-premium ([^“]*)“")


def copied(sentence: str) -> Answer:
    """What the printed command says, a name filled in and nothing else changed."""
    (command,) = PRINTED.findall(sentence)
    return call(*("Frida" if word == "NAME" else word for word in shlex.split(command)))


def test_printed_commands_run_where_the_first_one_ran(tmp_path: Path) -> None:
    office = Office.opened(tmp_path / "mein Ordner", "mittelsachsen", {"14522060": "Burgstaedt"})
    (office.folder / "inputs/dueren").mkdir()
    shutil.copy("inputs/dueren/programme.toml", office.folder / "inputs/dueren")
    said = office.settle("2024-12")
    assert "--programme mittelsachsen" in said
    refused = office.refused("settle", "2025-01", "--direct", "--by", "Eva")
    assert "Bitte zuerst „placement-premium approve 2024-12 --by NAME" in refused
    answer = copied(refused)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Freigegeben: Dezember 2024")
    again = copied(said)
    assert again.err.startswith("Dezember 2024 ist bereits freigegeben")
    unknown = office.refused("emit", "2025-01")
    assert copied(unknown).code == 0


def test_the_printed_approval_is_of_the_draft_that_it_was_printed_with(tmp_path: Path) -> None:
    office = Office.opened(tmp_path, "mittelsachsen", {"14522060": "Burgstaedt"})
    looked_at = office.settle("2024-12")
    assert copied(looked_at.replace("--draft ", "--draft xy")).err.startswith("„xy")
    for path in (office.inputs / "returns/2024-12").iterdir():
        path.unlink()
    made_anew = office.settle("2024-12")
    refused = copied(looked_at)
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == (
        "Der Entwurf für Dezember 2024 ist inzwischen ein anderer als der, den Sie angesehen haben; freigegeben wurde "
        "nichts. Bitte den jetzigen Entwurf ansehen und dann diesen freigeben.\n"
    )
    assert "0 Meldungen übernommen" in copied(made_anew).out


def test_only_what_was_given_is_added(tmp_path: Path) -> None:
    answer = call("approve", "2024-12", "--by", "Frida", "--programme", "mittelsachsen", "--outputs", tmp_path)
    assert f"„placement-premium settle 2024-12 --programme mittelsachsen --outputs {tmp_path}“" in answer.err
