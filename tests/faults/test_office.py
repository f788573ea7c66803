"""Wrong use of the cash office's commands: one clear sentence, exit code 2, and nothing is created."""

from pathlib import Path

import pytest

from tests.command import call

HEADINGS = "Leistungsmonat;Gemeindeschlüssel;Fallnummer;Art;Referenz;Betrag in Euro\n"
WHERE = ("--programme", "mittelsachsen")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["close"], "entweder ein Jahr"),
        (["settle", "2024-12", "--by", " "], "mit --by den Namen"),
        (["close", "--reopen", "2024", "--by", "Eva"], "gehört ein Grund"),
        (["close", "2024", "--by", "Eva"], "noch kein Monat freigegeben"),
        (["cancel", "AGH-2025-0001", "--reason", "Anschrift", "--by", "Eva"], "noch kein Monat freigegeben"),
        (["adjust", "14522180", "12", "--month", "2025-01", "--reason", " ", "--voucher", "V", "--by", "E"], "Grund ist leer"),
        (["adjust", "14522180", "0", "--month", "2025-01", "--reason", "R", "--voucher", "V", "--by", "E"], "kein Betrag"),
        (["adjust", "14522180", "12", "--month", "2935-02", "--reason", "R", "--voucher", "V", "--by", "E"], "Februar 2935 liegt in der Zukunft"),
        (["adjust", "14522180", "--month", "2025-01", "--reason", "R", "--voucher", "V", "--by", "E"], "Es fehlt die Angabe BETRAG"),
        (["adjust", "14522180", "--month", "2025-01", "--reason", "R", "--voucher", "V", "--by", "E", "--withdraw"], "mit Beleg V für 14522180 im Januar 2025 ist nicht vorgemerkt"),
        (["cancel", "AGH-2025-0001", "--reason", "R", "--by", "E", "--withdraw"], "Ein Storno des Belegs AGH-2025-0001 ist nicht vorgemerkt"),
        (["adjust", "99999999", "12", "--month", "2025-01", "--reason", "R", "--voucher", "V", "--by", "E"], "gehört nicht zum Programm"),
    ],
)  # fmt: skip
def test_wrong_use_is_refused_in_one_sentence(tmp_path: Path, arguments: list[str], words: str) -> None:
    answer = call(*arguments, *WHERE, "--outputs", tmp_path / "outputs")
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert words in answer.err


def test_an_opening_file_is_refused_with_line_reason_and_mend(tmp_path: Path) -> None:
    file = tmp_path / "opening.csv"
    file.write_text(HEADINGS + "2024-12;99999999;;Anschubfinanzierung;;12.5\n", encoding="utf-8")
    answer = call("opening", file, "--by", "Eva", *WHERE, "--outputs", tmp_path / "outputs")
    assert answer.code == 2
    assert "Zeile 2: Der Gemeindeschlüssel „99999999“" in answer.err
    assert "Zeile 2: Der Betrag „12.5“" in answer.err
