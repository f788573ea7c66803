"""A programme file as text: TOML with a German comment on every section and key, for whoever fills it in."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from schemas.programme.key_words import KEY_WORDS, SECTION_WORDS

UNFILLED = "BITTE EINTRAGEN"  # stands where only the county knows what belongs there; refused as long as it stands

_HEAD = f"""\
# Was der Kreis mit seinen Kommunen und seinem Träger vereinbart hat.
# Wo „{UNFILLED}“ steht, fehlt noch etwas. Beträge, Anteile und Stunden stehen in Anführungszeichen ("2500.00"),
# Tage ohne (2027-01-01). Zeilen, die mit # beginnen, erklären nur. Der Befehl „programme check“ prüft alles und erklärt es.
"""
_WIDTH = 120
_HEADING = {name: f"[[{name}]]" for name in ("premium", "municipality", "funding")}  # as often as there are some


def written(content: Mapping[str, Any]) -> str:
    """The content of a programme file as TOML; read again it is the same content.

    What stands in no section yet is named at the end, for whoever needs it.
    """
    pieces = [_HEAD]
    for name, section in content.items():
        rows = section if isinstance(section, list) else [section]
        heading = f"[[{name}]]" if isinstance(section, list) else f"[{name}]"
        for number, row in enumerate(rows):
            told = [f"# {SECTION_WORDS[name]}."] if number == 0 else []
            pieces.append("\n".join([*told, heading, *_entries(name, row, explained=number == 0), ""]))
            pieces += [_below(f"{name}.{key}", value) for key, value in row.items() if _stands_below(value)]
    others = [
        f"#   {_HEADING.get(name, f'[{name}]')} {words}" for name, words in SECTION_WORDS.items() if name not in content
    ]
    if others:
        pieces.append("\n".join(["# Weitere Abschnitte, wo sie gebraucht werden:", *others, ""]))
    return "\n".join(pieces)


def unfilled(content: Any, place: str = "") -> Iterator[str]:
    """The keys at which something is still to be filled in, rows of a list by their number.

    >>> list(unfilled({"carrier": {"name": "low-tec", "iban": UNFILLED}, "premium": [{"share": UNFILLED}]}))
    ['carrier.iban', 'premium.1.share']
    """
    if content == UNFILLED:
        yield place
    parts = content.items() if isinstance(content, dict) else ()
    numbered = enumerate(content, start=1) if isinstance(content, list | tuple) else ()
    for name, part in (*parts, *numbered):
        yield from unfilled(part, f"{place}.{name}" if place else str(name))


def _entries(section: str, row: Mapping[str, Any], explained: bool) -> Iterator[str]:
    for key, value in row.items():
        if _stands_below(value):
            continue
        if explained:
            yield f"# {KEY_WORDS[f'{section}.{key}']}"
        yield f"{key} = {_value(value)}"


def _stands_below(value: Any) -> bool:
    """Whether a value is too long for its line, and TOML lets it have lines of its own."""
    return isinstance(value, dict) and len(_value(value)) > _WIDTH - 20


def _below(place: str, value: Mapping[str, Any]) -> str:
    return "\n".join(
        [f"# {KEY_WORDS[place]}", f"[{place}]", *(f"{key} = {_value(part)}" for key, part in value.items()), ""]
    )


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case date():
            return value.isoformat()
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return _list([_value(entry) for entry in value])
        case dict():
            return f"{{ {', '.join(f'{key} = {_value(entry)}' for key, entry in value.items())} }}"
    raise TypeError(f"no value of a programme file: {value!r}")


def _list(entries: list[str]) -> str:
    line = f"[{', '.join(entries)}]"
    return line if len(line) < _WIDTH else "\n".join(["[", *(f"  {entry}," for entry in entries), "]"])
