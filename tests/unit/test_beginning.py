"""A county of one's own: begun by answers or like a sample, found wherever one stands, its programme file explained."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from schemas.months import Month
from schemas.programme.blank import Answers, blank
from schemas.programme.key_words import KEY_WORDS, SECTION_WORDS
from schemas.programme.programme import Programme
from schemas.programme.written import UNFILLED, unfilled, written
from tests.command import Answer, call, contents

SAMPLES = [Path("inputs/dueren/programme.toml"), Path("inputs/mittelsachsen/programme.toml")]
HAND_MADE = {
    "county_iban": "DE05999999990014522000",
    "buyer_reference": "14522050-ASYL-13",
    "postcode": "09618",
    "email": "asyl@stadt.de",
}


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        for part in get_args(annotation):
            yield from models(part)


def test_every_section_and_key_has_its_words() -> None:
    keys = [
        f"{section}.{field.alias or name}"
        for section, whole in Programme.model_fields.items()
        for model in models(whole.annotation)
        for name, field in model.model_fields.items()
    ]
    assert sorted(KEY_WORDS) == sorted(keys)
    assert sorted(SECTION_WORDS) == sorted(Programme.model_fields)


@pytest.mark.parametrize(
    "content",
    [
        *(tomllib.loads(path.read_text(encoding="utf-8")) for path in SAMPLES),
        blank(Answers('Kreis „A“ "B"\\', "a", True, True, Month("2027-01"))),
        blank(Answers("Kreis A", "a", False, True, Month("2027-01"), [("14522050", "Brand-Erbisdorf")])),
    ],
    ids=["dueren", "mittelsachsen", "both", "premium"],
)
def test_a_written_file_read_again_is_the_same_content(content: dict[str, Any]) -> None:
    text = written(content)
    assert tomllib.loads(text) == content
    assert max(map(len, text.splitlines())) < 150


def begun(folder: Path, *more: str) -> Answer:
    return call("init", folder, "--county", "Kreis A", "--key", "a", "--kind", "agh", "--start", "01/2027", *more)


def test_what_is_begun_is_named_and_lies_there(tmp_path: Path) -> None:
    folder = tmp_path / "Mein Kreis ä"
    answer = begun(folder, "--member", "14522050 Brand-Erbisdorf, Stadt")
    assert answer.code == 0, answer.err
    assert sorted(contents(folder)) == [
        "inputs/a/programme.toml",
        "inputs/law/eigene/asylblg_grundleistungen.csv",
        "inputs/law/eigene/minijob_threshold.csv",
        "inputs/law/eigene/sgbxii_regelbedarf.csv",
    ]
    assert (folder / "inputs/a/returns/2027-01").is_dir()
    content = tomllib.loads((folder / "inputs/a/programme.toml").read_text(encoding="utf-8"))
    assert str(content["programme"]["start"]) == "2027-01-01"
    assert (content["municipality"][0]["ags"], content["municipality"][0]["name"]) == (
        "14522050",
        "Brand-Erbisdorf, Stadt",
    )
    assert f"({len(list(unfilled(content)))} Angaben fehlen noch)" in answer.out
    assert f'„placement-premium programme check --home "{folder}"“' in answer.out
    assert f'„placement-premium settle 2027-01 --home "{folder}"“' in answer.out


def test_gaps_are_named_until_they_are_filled_in(tmp_path: Path) -> None:
    begun(tmp_path, "--member", "14522050 Brand-Erbisdorf")
    path = tmp_path / "inputs/a/programme.toml"
    refused = call("programme", "check", "--home", tmp_path)
    assert refused.code == 2
    assert refused.err.splitlines() == [
        f"{path}: programme.agreement: noch auszufüllen ist date, file_number (dort steht „{UNFILLED}“).",
        f"{path}: accounting: noch auszufüllen ist county_iban (dort steht „{UNFILLED}“).",
        f"{path}: accounting.county_address: noch auszufüllen ist street, postcode, city, contact, phone, email (dort steht „{UNFILLED}“).",
        f"{path}: municipality.1: noch auszufüllen ist street, postcode, city, buyer_reference, debtor, email (dort steht „{UNFILLED}“).",
    ]
    assert call("settle", "2027-01", "--home", tmp_path).code == 2
    lines = path.read_text(encoding="utf-8").splitlines()
    filled = [
        line.replace(UNFILLED, HAND_MADE.get(line.split(" = ")[0], "Angabe"))
        for line in lines
        if not line.startswith(("#", "agreement"))
    ]
    path.write_text("\n".join(filled), encoding="utf-8")
    told = call("programme", "check", "--home", tmp_path)
    assert told.code == 0, told.err
    assert "Prüfziffern" in told.out
    assert "14522050 Brand-Erbisdorf: Angabe, 09618 Angabe; asyl@stadt.de." in " ".join(told.out.split())


def test_questions_are_asked_until_the_answer_is_understood(tmp_path: Path) -> None:
    typed = [
        "",
        "Kreis Düren",
        "Law!",
        "",
        "alles",
        "beides",
        "13/2027",
        "2027-02",
        "5358008",
        "05358008 Düren, Stadt",
        "",
    ]
    answer = call("init", tmp_path, stdin="".join(f"{line}\n" for line in typed))
    assert answer.code == 0, answer.err
    for wrong in ("„Law!“ ist kein Kurzname.", "„alles“ ist keine Art.", "„13/2027“ ist kein Monat.", "„5358008“ ist keine Kommune."):  # fmt: skip
        assert wrong in answer.out
    content = tomllib.loads((tmp_path / "inputs/dueren/programme.toml").read_text(encoding="utf-8"))
    assert content["programme"]["county"] == "Kreis Düren"
    assert {"allowance", "premium", "savings", "carrier"} <= set(content)
    assert [each["name"] for each in content["municipality"]] == ["Düren, Stadt"]


def test_answers_broken_off_leave_nothing_behind(tmp_path: Path) -> None:
    answer = call("init", tmp_path / "neu", stdin="Kreis A\n")
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])


@pytest.mark.parametrize(
    ("option", "text", "words"),
    [("--key", "law", "kein Kurzname"), ("--key", "../x", "kein Kurzname"), ("--county", " ", "Name des Kreises ist leer"), ("--start", "Mai", "kein Monat")],
)  # fmt: skip
def test_options_that_are_not_understood_are_refused(tmp_path: Path, option: str, text: str, words: str) -> None:
    answer = begun(tmp_path, option, text, "--member", "14522050 Brand-Erbisdorf")
    assert (answer.code, list(tmp_path.iterdir())) == (2, [])
    assert words in answer.err


def test_a_programme_that_is_there_is_not_touched(tmp_path: Path) -> None:
    assert begun(tmp_path, "--member", "14522050 Brand-Erbisdorf").code == 0
    (tmp_path / "inputs/law/eigene/minijob_threshold.csv").write_text("x", encoding="utf-8")
    before = contents(tmp_path)
    again = begun(tmp_path, "--member", "14522060 Döbeln")
    assert again.code == 2
    assert f"Es gibt schon ein Programm dieses Namens: {tmp_path / 'inputs/a/programme.toml'}." in again.err
    assert call("init", tmp_path, "--from", "dueren").code == 0
    assert {name: digest for name, digest in contents(tmp_path).items() if name in before} == before


def test_the_sample_begun_elsewhere_is_that_sample(tmp_path: Path) -> None:
    for path in SAMPLES:
        name = path.parent.name
        assert call("init", tmp_path, "--from", name).code == 0
        begun_like = (tmp_path / "inputs" / name / "programme.toml").read_text(encoding="utf-8")
        assert tomllib.loads(begun_like) == tomllib.loads(path.read_text(encoding="utf-8"))
        assert "# Amtlicher Gemeindeschlüssel, acht Ziffern" in begun_like


@pytest.mark.parametrize("kind", ["agh", "praemie", "beides"])
def test_every_kind_of_programme_holds_once_its_gaps_are_filled_in(tmp_path: Path, kind: str) -> None:
    begun(tmp_path, "--kind", kind, "--member", "14522050 Brand-Erbisdorf")
    path = tmp_path / "inputs/a/programme.toml"
    values = HAND_MADE | {"iban": HAND_MADE["county_iban"], "share": "0.80", "eur_per_year": "210000.00"}
    values |= dict.fromkeys(("cap_eur", "eur_per_month"), "55.00")
    text = re.sub(rf'date = "{UNFILLED}"', "date = 2026-11-02", path.read_text(encoding="utf-8"))
    text = re.sub(rf'(\w+) = "{UNFILLED}"', lambda gap: f'{gap[1]} = "{values.get(gap[1], "Angabe")}"', text)
    path.write_text(text, encoding="utf-8")
    told = call("programme", "check", "--home", tmp_path)
    assert told.code == 0, told.err
    assert ("Prämie für Vermittlungen ab 01.01.2027" in told.out) == (kind != "agh")
    assert ("Arbeitsgelegenheiten\n" in told.out) == (kind != "praemie")
    assert call("forms", "2027-01", "--home", tmp_path).code == 0
