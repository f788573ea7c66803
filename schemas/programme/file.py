"""Reading a programme file; every refusal names file, key and what is expected."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.programme.programme import Programme
from schemas.programme.written import UNFILLED, unfilled
from schemas.refusal import Refusal

FILE = "programme.toml"
REMEMBERED = 32  # texts
Model = TypeVar("Model", bound=BaseModel)

_EXPECTED = {
    "missing": "die Angabe fehlt",
    "extra_forbidden": "unbekannte Angabe; bitte Schreibweise prüfen oder entfernen",
    "string_type": "erwartet wird Text in Anführungszeichen",
    "int_type": "erwartet wird eine ganze Zahl",
    "bool_type": "erwartet wird true oder false",
    "date_type": "erwartet wird ein Datum wie 2015-11-01",
    "tuple_type": "erwartet wird eine Liste in eckigen Klammern",
    "model_type": "erwartet wird ein Abschnitt",
    "dict_type": "erwartet wird ein Abschnitt",
    "string_too_short": "der Text ist leer",
    "too_short": "erwartet wird mindestens ein Eintrag",
}


def load_programme(folder: Path) -> Programme:
    """The programme of a folder `inputs/<programme>/`; Refusal names file, key and what is expected."""
    path = folder / FILE
    programme = read_toml(path, Programme, "programme-missing")
    if programme.programme.key != folder.name:
        raise Refusal("programme-key", path=path, key=programme.programme.key, folder=folder.name)
    return programme


def read_toml(path: Path, model: type[Model], missing: str) -> Model:
    """The content of a TOML file, strictly checked; Refusal names file, key and what is expected.

    `missing`: the Refusal of a file that is not there.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = _understood(text, model)
    except FileNotFoundError as error:
        raise Refusal(missing, path=path) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refusal("no-toml", path=path, reason=str(error)) from error
    except ValidationError as error:
        raise Refusal("file-content", problems=[f"{path}: {each}" for each in _problems(text, error)]) from error
    assert isinstance(found, model)
    gaps = _gap_sentences(_gaps(text))
    if gaps:
        raise Refusal("file-content", problems=[f"{path}: {each}" for each in gaps])
    return found


@lru_cache(REMEMBERED)
def _understood(text: str, model: type[BaseModel]) -> BaseModel:
    """The same text is understood once: that takes long, and a page asks several times."""
    return model.model_validate(_tuples(tomllib.loads(text)))


def _problems(text: str, error: ValidationError) -> list[str]:
    """What is missing first, then what is wrong; a list in which no row is sound is not told to be empty, too."""
    gaps = _gaps(text)
    places = [*gaps, *map(_place, error.errors())]
    wrong = [
        problem
        for problem in error.errors()
        if _place(problem) not in gaps and not any(place.startswith(f"{_place(problem)}.") for place in places)
    ]
    return [*_gap_sentences(gaps), *map(_sentence, wrong)]


def _gaps(text: str) -> list[str]:
    return list(unfilled(tomllib.loads(text))) if UNFILLED in text else []


def _gap_sentences(gaps: list[str]) -> list[str]:
    """What is still to be filled in, the keys of a section together."""
    sections: dict[str, list[str]] = {}
    for gap in gaps:
        section, _, key = gap.rpartition(".")
        sections.setdefault(section, []).append(key)
    return [
        f"{section or 'Datei'}: noch auszufüllen ist {', '.join(keys)} (dort steht „{UNFILLED}“)."
        for section, keys in sections.items()
    ]


def _tuples(value: Any) -> Any:
    """TOML lists as tuples, which strict frozen models expect."""
    if isinstance(value, dict):
        return {key: _tuples(entry) for key, entry in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _place(problem: Any) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in problem["loc"])


def _sentence(problem: Any) -> str:
    place = _place(problem) or "Datei"
    kind, context = problem["type"], problem.get("ctx", {})
    if kind == "value_error":
        return f"{place}: {context['error']}."
    if kind == "literal_error":
        return f"{place}: erwartet wird {context['expected'].replace(' or ', ' oder ')}."
    if kind == "string_pattern_mismatch":
        return f"{place}: der Text passt nicht zum Muster {context['pattern']}."
    if kind in ("greater_than_equal", "less_than_equal"):
        bound = f"mindestens {context['ge']}" if "ge" in context else f"höchstens {context['le']}"
        return f"{place}: erwartet wird eine Zahl, {bound}."
    return f"{place}: {_EXPECTED.get(kind, 'die Angabe ist nicht zu verstehen')}."
