"""How a PDF is tagged: what is read aloud, in which order, and as what."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf

Tag = tuple[str, str]  # kind, alternative text


def tags(pdf: bytes | Path) -> list[Tag]:
    """All tags of a document, in the order in which they are read."""
    with pikepdf.open(io.BytesIO(pdf) if isinstance(pdf, bytes) else pdf) as document:
        return list(_below(document.Root.StructTreeRoot))


def _below(node: pikepdf.Object) -> Iterator[Tag]:
    if not isinstance(node, pikepdf.Dictionary):
        return
    if "/S" in node:
        yield str(node.S).removeprefix("/"), str(node.get("/Alt", ""))
    children = node.get("/K")
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        yield from _below(child)


def check_tags(pdf: bytes | Path) -> list[Tag]:
    """Every figure has words in its place, and every table has headings; the tags."""
    found = tags(pdf)
    assert all(alternative for kind, alternative in found if kind == "Figure")
    tables = [index for index, (kind, _) in enumerate(found) if kind == "Table"]
    for begin, end in zip(tables, [*tables[1:], len(found)], strict=True):
        assert "TH" in [kind for kind, _ in found[begin:end]]
    assert found[0][0] == "Document"
    assert [kind for kind, _ in found].count("H1") == 1
    return found
