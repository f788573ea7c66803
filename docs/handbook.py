"""Makes the handbook of `docs/handbuch/` as HTML and PDF: `python -m docs.handbook`.

Both lie where the workspace serves them and the package carries them; the same chapters give the same bytes.
"""

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from typst import Compiler

from schemas.indicators import GERMAN_MEASURE, INDICATORS, Area

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "docs/handbuch"
TARGET = ROOT / "flows/web/static/handbuch"
TITLE = "placement-premium: Handbuch"
CHAPTERS = ("README", "sachbearbeitung", "kommune", "projektbeirat", "pruefung", "administration")
BEGIN, END = "<!-- Kennzahlen: geschrieben von python -m docs.handbook -->", "<!-- Ende der Kennzahlen -->"

_PAGE = """<!doctype html>
<html lang="de">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{title}</title>
  <link rel="icon" href="/static/zeichen.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/arbeitsplatz.css">
</head>
<body class="handbook">
  <a class="skip" href="#inhalt">Zum Inhalt</a>
  <header class="top"><div class="bar"><a class="house" href="/">Arbeitsplatz</a></div></header>
  <main id="inhalt" tabindex="-1">
{body}  </main>
</body>
</html>
"""


def main() -> None:
    """Write the table of indicators into its chapter, then HTML, PDF and pictures."""
    (SOURCE / "projektbeirat.md").write_text(with_indicators(read("projektbeirat")), encoding="utf-8")
    shutil.rmtree(TARGET, ignore_errors=True)
    for path, content in built().items():
        (TARGET / path).parent.mkdir(parents=True, exist_ok=True)
        (TARGET / path).write_bytes(content)


def built() -> dict[str, bytes]:
    """Every file of the handbook as it is served: path below TARGET → bytes."""
    pictures = {f"bilder/{path.name}": path.read_bytes() for path in sorted((SOURCE / "bilder").glob("*.png"))}
    return {"index.html": html().encode(), "handbuch.pdf": pdf(), **pictures}


def read(chapter: str) -> str:
    """A chapter as it is written."""
    return (SOURCE / f"{chapter}.md").read_text(encoding="utf-8")


def with_indicators(text: str) -> str:
    """The chapter with every indicator of `schemas/indicators.py` between its marks, in the report's own words."""
    tables = []
    for area in Area:
        rows = (entry for entry in INDICATORS.values() if entry.area == area)
        lines = [f"| **{entry.label}** | {GERMAN_MEASURE[entry.measure]} | {entry.definition} |" for entry in rows]
        tables += [f"### {area}", "", "| Kennzahl | in | was sie zählt |", "| --- | --- | --- |", *lines, ""]
    before, rest = text.split(BEGIN)
    return "\n".join([before + BEGIN, "", *tables, END + rest.split(END)[1]])


def _parsed(chapter: str) -> list[Token]:
    """Its tokens: titles one level down, links between chapters as places of one document."""
    text = re.sub("<!--.*?-->", "", read(chapter))
    tokens = _markdown().parse(text)
    for token in _all(tokens):
        if token.type in ("heading_open", "heading_close") and chapter != CHAPTERS[0]:
            if token.tag == "h1" and token.nesting == 1:
                token.attrSet("id", chapter)
            token.tag = f"h{int(token.tag[1]) + 1}"
        elif token.type == "link_open":
            target = str(token.attrs["href"])
            assert target.removesuffix(".md") in CHAPTERS, target  # it stands alone: what it links to comes along
            token.attrSet("href", f"#{target.removesuffix('.md')}")
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    return tokens


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or ())


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def html() -> str:
    """One page, which loads nothing but what lies beside it."""
    markdown = _markdown()
    parts = [markdown.renderer.render(_parsed(chapter), markdown.options, {}) for chapter in CHAPTERS]
    pdf_link = '<p class="actions"><a class="button second" href="handbuch.pdf" download>Als PDF</a></p>\n'
    body = parts[0] + pdf_link + "".join(parts[1:])
    # What is wider than the page is moved in a frame of its own, by keyboard too.
    body = body.replace("<pre>", '<pre tabindex="0">')
    frame = '<div class="scroll" role="region" tabindex="0" aria-label="Tabelle {}"><table>'
    pieces = body.split("<table>")
    framed = pieces[0] + "".join(frame.format(number) + piece for number, piece in enumerate(pieces[1:], 1))
    return _PAGE.format(title=TITLE, body=framed.replace("</table>", "</table></div>"))


def pdf() -> bytes:
    """One document with a table of contents, accessible and to be kept (PDF/A-2a, PDF/UA-1)."""
    chapters = [_contents(SyntaxTreeNode(_parsed(chapter))) for chapter in CHAPTERS]
    made = Compiler(root=str(ROOT), ignore_system_fonts=True).compile(
        input=str(SOURCE / "handbuch.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps({"title": TITLE, "chapters": chapters}, ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=0,  # the document names no day
    )
    assert isinstance(made, bytes)
    return made


def _contents(node: SyntaxTreeNode) -> list[dict[str, Any]]:
    """What stands within a node, as data for the template: it is set as it stands and never read as markup."""
    return [_data(child) for child in node.children]


def _data(node: SyntaxTreeNode) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": node.type}
    if node.type in ("text", "code_inline", "fence"):
        return found | {"text": node.content.rstrip("\n")}
    if node.type == "image":
        return found | {"path": node.attrs["src"], "alt": node.content}
    if node.type == "heading":
        found |= {"level": int(node.tag[1]), "label": node.attrs.get("id")}
    if node.type == "paragraph":  # a picture that stands alone is no part of a sentence
        found["alone"] = [part.type for part in node.children[0].children] == ["image"]
    if node.type == "table":
        found["widths"] = _widths(node)
    if node.type == "link":
        found["target"] = str(node.attrs["href"]).removeprefix("#")
    return found | {"parts": _contents(node)}


def _widths(table: SyntaxTreeNode) -> list[int]:
    """The shares of a table's columns in its width: what is long gets more, what is short what its longest word needs."""
    rows = [[cell.children[0].content for cell in row.children] for part in table.children for row in part.children]
    return [
        max(
            max(len(word) for text in column for word in text.split()) * 3 // 2 + 2,
            round(sum(map(len, column)) / len(column)),
        )
        for column in zip(*rows, strict=True)
    ]


if __name__ == "__main__":
    main()
