"""The licences of all that the package holds, as its parts state them themselves."""

import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

_NAMES = ("licen", "copying", "notice", "authors")
_CLASSIFIER = "License :: "


@dataclass(frozen=True)
class Part:
    """A package as its wheel states it."""

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]  # file, what it says


def read_part(wheel: Path) -> Part:
    """What a wheel says of itself."""
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA") and name.count("/") == 1)
        told = message_from_string(packed.read(metadata).decode("utf-8"))
        folder = metadata.rsplit("/", 1)[0]
        texts = [
            (name.rsplit("/", 1)[1], packed.read(name).decode("utf-8", "replace"))
            for name in sorted(names)
            if name.startswith(folder) and name.rsplit("/", 1)[1].lower().startswith(_NAMES)
        ]
    classified = [entry.removeprefix(_CLASSIFIER) for entry in told.get_all("Classifier", []) if entry.startswith(_CLASSIFIER)]  # fmt: skip
    stated = (
        (told["License-Expression"] or "").strip() or "; ".join(classified) or (told["License"] or "").split("\n")[0]
    )
    return Part(told["Name"], told["Version"], stated or "nicht angegeben, siehe Text", tuple(texts))


def listing(parts: Iterable[Part]) -> Iterator[str]:
    """The file of licences: a table, then every text."""
    known = sorted(parts, key=lambda part: (part.name.lower(), part.version))
    yield "Lizenzen aller Teile dieses Pakets, wie die Teile sie selbst angeben"
    yield ""
    for part in known:
        yield f"{part.name} {part.version}: {part.licence}"
    for part in known:
        for file, text in part.texts:
            yield ""
            yield "=" * 100
            yield f"{part.name} {part.version} · {file}"
            yield "=" * 100
            yield text.rstrip()
