"""No path is too long for Windows, whatever a county, a town or a sender calls things."""

import pytest

from flows.emit.correction.files import correction_names
from flows.emit.form.workbook import form_name
from flows.emit.wording.words import folder_name, slug
from schemas.forms import Form
from schemas.returns import ReturnKind
from tests.golden import long_texts, samples

# 62 characters; Windows opens a path of up to 259, Excel one of up to 218 to be linked, 240 leave room for a share's name
BASE = "C:\\Users\\vorname.nachname\\Documents\\placement-premium\\outputs\\"
KEY = "k" * 32  # a programme's key is no longer
CASE = "A" * 20  # nor is a case number
PART = ".part"  # while it is written


def paths() -> list[str]:
    town = samples.ALLOWANCES.members[samples.FREIBERG].model_copy(update={"name": long_texts.words("Gemeinde") * 2})
    folder = folder_name(town)
    sent = [(None, "x" * 250 + ".xlsx", "2016-10")] * 12
    return [
        *(f"{KEY}\\.2016-10.neu\\Kommunen\\{folder}\\{name}" for name in ("Abrechnung-14522180-2016-10.xlsx", "ABCDEFGHIJ-2016-0001.xml")),
        *(f"{KEY}\\.2016-10-Bescheinigungen.neu\\{folder}\\{name}" for name in ("Auszahlungsliste-14522180-2016-10.xlsx", f"Teilnahmebescheinigung-{CASE}.pdf")),
        *(f"{KEY}\\.2016-10.neu\\Korrekturen\\{name}" for name in correction_names(sent)),
        f"{KEY}\\2016-10-Formulare\\{form_name(Form(samples.ALLOWANCES, town, '2016-10', ReturnKind.FIRST, {}))}",
        f"{KEY}\\archive\\{'0' * 64}.xlsx",
    ]  # fmt: skip


@pytest.mark.parametrize("path", paths(), ids=range(len(paths())))
def test_every_path_stays_below_240_characters(path: str) -> None:
    assert len(BASE + path + PART) < 240


def test_towns_of_one_long_name_have_folders_of_their_own() -> None:
    towns = [town.model_copy(update={"name": long_texts.words("Gemeinde")}) for town in samples.ALLOWANCES.municipality]
    assert len({folder_name(town) for town in towns}) == 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Freiberg, Stadt", "freiberg-stadt"),
        ("Verwaltungsgemeinschaft Oberland", "verwaltungsgemeinschaft-oberland"),  # 32 characters: whole
        ("Verwaltungsgemeinschaft Oberlands", "verwaltungsgemeinschaft"),  # 33: cut behind a word
        ("Verwaltungsgemeinschaftsmitgliedsgemeinde", "verwaltungsgemeinschaftsmitglied"),  # one word: cut in it
        ("東京", ""),
    ],
)
def test_a_long_name_is_cut_behind_a_word(name: str, expected: str) -> None:
    assert slug(name) == expected
    assert folder_name(
        samples.ALLOWANCES.municipality[0].model_copy(update={"name": name})
    ) == f"14522180-{expected}".strip("-")
