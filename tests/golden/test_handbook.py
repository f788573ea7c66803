"""The handbook: its commands run as they stand there, its words are on the pages, and what is served is what was built.

The chapters are walked through in one county's folder on one day, as a reader would.
"""

import getpass
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from markdown_it import MarkdownIt

from docs import handbook
from flows import home
from flows.cli import cli
from flows.web.pages.guide import CHAPTERS
from schemas.accounts import GERMAN_ROLE, ROLE_IN_WORDS, Role
from schemas.indicators import INDICATORS
from tests.command import Answer, call
from tests.golden.office import Office

TODAY = date(2025, 3, 17)  # after the months that the chapters settle, and the year of the numbers they print
TOWNS = {"14522050": "Brand-Erbisdorf", "14522180": "Freiberg"}
NAME = "placement-premium"
EXAMPLE = "beispiel"  # in the fence: stands for the reader's own case, so it is parsed and not run
GUIDE = [chapter for chapter in handbook.CHAPTERS if "```console" in handbook.read(chapter)]
KB = 1000


def blocks(chapter: str) -> Iterator[tuple[str, str]]:
    """What stands in fences: the words behind the opening one, and the text."""
    for token in MarkdownIt("commonmark").parse(handbook.read(chapter)):
        if token.type == "fence":
            yield token.info, token.content


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every line that is typed, with the lines that answer it."""
    lines = text.splitlines()
    assert lines[0].startswith("$ "), lines[0]
    typed = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    for begin, end in zip(typed, [*typed[1:], len(lines)], strict=True):
        yield lines[begin].removeprefix("$ "), lines[begin + 1 : end]


TYPED = [
    (chapter, typed)
    for chapter in GUIDE
    for info, text in blocks(chapter)
    if info.startswith("console")
    for typed, _ in commands(text)
    if typed.startswith(NAME)
]


@pytest.mark.parametrize(("chapter", "typed"), TYPED)
def test_every_command_parses(chapter: str, typed: str) -> None:
    name, *arguments = shlex.split(typed)[1:]
    if name == "--version":
        return
    found = cli.commands[name]
    if isinstance(found, click.Group):
        name, *arguments = arguments
        found = found.commands[name]
    if name == "check" and "inputs/" in typed:  # a file that is there for whoever types it
        arguments = [__file__]
    with found.make_context(name, arguments):
        pass


def expected(line: str) -> re.Pattern[str]:
    """A printed line, with anything where it has an ellipsis."""
    return re.compile(".*".join(re.escape(part.strip()) for part in line.split("…")))


def answers(answer: Answer, lines: list[str]) -> None:
    """What the handbook prints is said, line by line in this order; an ellipsis stands for what it leaves out."""
    said = [line.strip() for line in (answer.out + answer.err).splitlines() if line.strip()]
    at, skipping = 0, False
    for line in lines:
        if line.strip() == "…":
            skipping = True
            continue
        while skipping and at < len(said) and not expected(line).fullmatch(said[at]):
            at += 1
        assert at < len(said), f"„{line}“ was not said"
        assert expected(line).fullmatch(said[at]), (line, said[at])
        at, skipping = at + 1, False
    assert skipping or not lines or at == len(said), said[at:]


def enter(path: Path, text: str) -> None:
    """Rows or keys into a file: behind the line that they begin with, where it is there once, else at the end."""
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    first, rest = text.split("\n", 1)
    if kept.count(f"{first}\n") == 1:
        kept = kept.replace(f"{first}\n", text)
        assert rest in kept
    else:
        kept += text
    path.write_text(kept, encoding="utf-8")


def follow(chapter: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that a chapter has its reader type and enter, in its order."""
    for info, text in blocks(chapter):
        if info == "console":
            for typed, lines in commands(text):
                words = shlex.split(typed)
                if words[0] == "cd":
                    monkeypatch.chdir(words[1])
                    continue
                answer = call(*words[1:])
                refused = lines and answer.err.startswith(lines[0].split("…")[0].strip() or " ")
                assert answer.code == 0 or refused, (typed, answer)
                answers(answer, lines)
        elif info.startswith(("csv ", "toml ")):
            enter(Path(info.split()[1]), text)
        else:
            assert info in (f"console {EXAMPLE}", "text"), info


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small county's folder, in which the reader stands, on the day of the examples."""
    Office.opened(tmp_path, "mittelsachsen", TOWNS)
    for module in ("options", "settling", "returns", "reporting", "office", "beginning", "audit", "payments"):
        monkeypatch.setattr(f"flows.commands.{module}.today", lambda: TODAY)
    monkeypatch.setattr("flows.use_cases.today", lambda: TODAY)
    monkeypatch.setattr(getpass, "getpass", lambda *_: "ein langes Passwort")  # what the reader types unseen
    monkeypatch.delenv(home.HOME, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_clerk_and_auditor_get_what_their_chapters_print(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow("sachbearbeitung", monkeypatch)
    follow("pruefung", monkeypatch)


def test_an_administrator_begins_a_county_and_changes_it(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow("administration", monkeypatch)


def test_no_other_chapter_types_anything() -> None:
    assert sorted(GUIDE) == ["administration", "pruefung", "sachbearbeitung"]


def sources() -> str:
    """Everything that pages and documents may say, without markup and with its words one blank apart."""
    paths = [
        path
        for folder in ("flows", "schemas")
        for kind in ("*.py", "*.html", "*.typ")
        for path in sorted((handbook.ROOT / folder).rglob(kind))
        if "handbuch" not in path.parts
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return " ".join(re.sub(r"<[^<>]*>|{%[^%]*%}", " ", text).split())


def test_every_word_in_quotation_marks_is_on_a_page_or_in_a_document() -> None:
    said = sources()
    quoted = {
        (chapter, words)
        for chapter in handbook.CHAPTERS
        for words in re.findall("„([^“]+)“", re.sub(r"(?s)```.*?```", "", handbook.read(chapter)))
    }
    assert len(quoted) > 50
    missing = [
        entry for entry in sorted(quoted) if not all(" ".join(part.split()) in said for part in entry[1].split("…"))
    ]
    assert missing == []


def test_every_indicator_is_explained_as_the_report_explains_it() -> None:
    chapter = handbook.read("projektbeirat")
    assert handbook.with_indicators(chapter) == chapter
    assert all(f"**{entry.label}**" in chapter and entry.definition in chapter for entry in INDICATORS.values())


def test_what_is_served_was_built_from_these_chapters() -> None:
    """Made anew by `python -m docs.handbook`; the same chapters give the same bytes."""
    served = {
        str(path.relative_to(handbook.TARGET)): path.read_bytes()
        for path in sorted(handbook.TARGET.rglob("*"))
        if path.is_file()
    }
    built = handbook.built()
    assert sorted(served) == sorted(built)
    assert [path for path in served if served[path] != built[path]] == []


def test_every_role_has_a_chapter_of_its_own_that_the_help_leads_to() -> None:
    page = handbook.html()
    assert set(CHAPTERS) == set(Role)
    assert all(f'<h2 id="{chapter}">' in page for chapter in CHAPTERS.values())
    administration = handbook.read("administration")
    assert all(f"| {GERMAN_ROLE[role]} | {ROLE_IN_WORDS[role]} |" in administration for role in Role)


def test_pictures_are_small_and_all_of_them_shown() -> None:
    pictures = {f"bilder/{path.name}": path.stat().st_size for path in (handbook.SOURCE / "bilder").iterdir()}
    shown = {
        name for chapter in handbook.CHAPTERS for name in re.findall(r"\]\((bilder/[^)]+)\)", handbook.read(chapter))
    }
    assert set(pictures) == shown
    assert all(size < 150 * KB for size in pictures.values())
