"""The rulebook (docs/rules) and the house agree: every citation finds its section, and every name stands in the text."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel

from flows.cli import cli
from schemas.finance import BOOKINGS, CARRIER_ACCOUNT, CHANGES, OUTSTANDING, REVERSALS
from schemas.findings import FINDINGS_COLUMNS, SEVERITIES
from schemas.indicators import INDICATOR_ROWS, INDICATORS, Dimension
from schemas.law import LAW_TABLES
from schemas.open_items import OPEN_ITEMS
from schemas.opening_balances import HEADINGS
from schemas.programme.assumptions import Assumptions
from schemas.programme.programme import Programme
from schemas.results import CASES, CORRECTIONS, LINES, Cause, LineKind, Reason, Unit
from schemas.returns import COVER, TABLES

ROOT = Path(__file__).parents[2]
BOOKS = ("RULES", "RETURN", "PROGRAMME", "OUTPUTS")
RULEBOOK = {book: (ROOT / f"docs/rules/{book}.md").read_text(encoding="utf-8") for book in BOOKS}

_NUMBER = r"\d+(?:\.\d+)?"
_SPELLED = re.compile(  # RULES section 5.2, RULES sections 3 to 5, RULES sections 1, 2 and 4, RULES worked figure 1
    rf"\b({'|'.join(BOOKS)})(?: sections? | (worked figures? ))({_NUMBER}(?:(?:, | to | and ){_NUMBER})*)"
)
_MENTIONED = re.compile(rf"\b(?:{'|'.join(BOOKS)})\b|(?i:\bworked figures? \d|(?<!SOURCES\.md )\bsections? \d)")


class Remark(NamedTuple):
    """A comment, a docstring or the source of a legal case, and where it stands."""

    place: str
    text: str


def remarks() -> Iterator[Remark]:
    """Everything in code, tests and legal cases that may cite the rulebook."""
    for root in ("flows", "schemas", "tests"):
        for path in sorted((ROOT / root).rglob("*.py")):
            if path != Path(__file__):
                yield from _remarks_of_code(path)
    for path in sorted((ROOT / "tests/cases").rglob("*.yaml")):
        yield Remark(str(path.relative_to(ROOT)), yaml.safe_load(path.read_text(encoding="utf-8"))["source"])


def _remarks_of_code(path: Path) -> Iterator[Remark]:
    name = path.relative_to(ROOT)
    with path.open("rb") as file:
        comments = [(token.start[0], token.string) for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT]  # fmt: skip
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            comments.append((node.lineno, node.value.value))
    for line, text in sorted(comments):
        yield Remark(f"{name}:{line}", " ".join(text.split()))


def cited(text: str) -> set[tuple[str, str]]:
    """The sections (`5`, `5.2`) and worked figures (`figure 1`) that a text cites, with the file they stand in.

    >>> sorted(cited("RULES sections 2 to 4; RETURN section 11 and RULES worked figures 1 and 9"))
    [('RETURN', '11'), ('RULES', '2'), ('RULES', '3'), ('RULES', '4'), ('RULES', 'figure 1'), ('RULES', 'figure 9')]
    """
    found = set()
    for book, figure, numbers in _SPELLED.findall(text):
        for piece in re.split(", | and ", numbers):
            found |= {(book, f"figure {number}" if figure else number) for number in _through(*piece.split(" to "))}
    return found


def _through(first: str, last: str = "") -> list[str]:
    """All numbers from the first to the last; of `8.1 to 8.3` the last part counts."""
    if not last:
        return [first]
    *chapter, begin = first.split(".")
    *same, end = last.split(".")
    assert chapter == same, f"{first} to {last}"
    return [".".join([*chapter, str(number)]) for number in range(int(begin), int(end) + 1)]


def irregular(text: str) -> list[str]:
    """What mentions the rulebook, and is no citation in the regular form.

    >>> irregular("RULES section 5, then section 6; RULES.md; worked figure 2")
    ['section 6', 'RULES', 'worked figure 2']
    """
    return _MENTIONED.findall(_SPELLED.sub("", text))


def headings(book: str) -> set[str]:
    """The numbers of a file's sections, and of its worked figures."""
    text = RULEBOOK[book]
    numbers = set(re.findall(rf"^##+ ({_NUMBER})\.? ", text, re.MULTILINE))
    _, _, figures = text.partition("## Worked figures\n")
    return numbers | {f"figure {number}" for number in re.findall(r"^(\d+)\. ", figures, re.MULTILINE)}


def astray(text: str) -> set[tuple[str, str]]:
    """The cited sections and worked figures that do not exist."""
    return {(book, number) for book, number in cited(text) if number not in headings(book)}


def section(book: str, number: str) -> str:
    """The text of a section, up to the next heading of its level."""
    found = re.search(rf"^(##+) {re.escape(number)}\.? .*?(?=^\1 |\Z)", RULEBOOK[book], re.MULTILINE | re.DOTALL)
    assert found is not None, f"{book} section {number}"
    return found[0]


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in a text, without headings."""
    lines = re.findall(r"^\| (.*) \|$", text, re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines if not re.match(r"-+ \|", line)]


def names(text: str) -> list[str]:
    """What the first column of a section's tables names in code letters, in order."""
    return [match[1] for row in rows(text) if (match := re.fullmatch(r"`(.+)`", row[0]))]


def coded(text: str) -> set[str]:
    """Everything that a text writes in code letters."""
    return set(re.findall(r"`([^`\n]+)`", text))


REMARKS = [*remarks()]
CITATIONS = [remark for remark in REMARKS if cited(remark.text)]


def test_every_citation_finds_its_section() -> None:
    assert {remark.place: found for remark in CITATIONS if (found := astray(remark.text))} == {}


def test_citations_are_written_in_one_form() -> None:
    assert {remark.place: found for remark in REMARKS if (found := irregular(remark.text))} == {}


def test_citations_are_found_at_all() -> None:
    """Were the search blind, nothing above could fail: every file is cited, by code, tests and legal cases."""
    assert {book for remark in CITATIONS for book, _ in cited(remark.text)} == set(BOOKS)
    roots = {remark.place.partition("/")[0] for remark in CITATIONS}
    assert roots == {"flows", "schemas", "tests"}
    assert sum(remark.place.endswith(".yaml") for remark in CITATIONS) > 30


@pytest.mark.parametrize(
    "text", ["RULES section 10", "RULES worked figure 99", "RULES sections 8 to 10", "RETURN section 4.2"]
)
def test_a_section_that_does_not_exist_is_noticed(text: str) -> None:
    assert astray(text)


@pytest.mark.parametrize(
    "text", ["RULES, head", "RULES 2", "RULES.md section 4", "Worked figure 1", "as section 4 says"]
)
def test_another_form_is_noticed(text: str) -> None:
    assert irregular(text)


DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_citation_in_the_documents_finds_its_section() -> None:
    assert {str(path): found for path in DOCUMENTS if (found := astray(path.read_text(encoding="utf-8")))} == {}


def test_documents_link_to_what_exists() -> None:
    links = [
        (path, link) for path in DOCUMENTS for link in re.findall(r"\]\(([^)#:]+)", path.read_text(encoding="utf-8"))
    ]
    assert links
    assert [(str(path), link) for path, link in links if not (path.parent / link).exists()] == []


def test_every_decision_stands_in_the_index_under_its_title() -> None:
    records = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
    titles = [
        path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ").partition(" ")[::2] for path in records
    ]
    index = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    assert [path.name[:4] for path in records] == [f"{number:04d}" for number in range(1, len(records) + 1)]
    listed = [f"- [{number}]({path.name}) {title}" for path, (number, title) in zip(records, titles, strict=True)]
    assert [line for line in listed if line not in index.splitlines()] == []


def test_sections_that_refer_to_one_another_exist() -> None:
    for book, text in RULEBOOK.items():
        own = re.findall(rf"(?<![A-Z] )sections? ({_NUMBER})", text)
        assert set(own) <= headings(book), book


def test_worked_figures_are_numbered_through() -> None:
    figures = sorted(int(name.removeprefix("figure ")) for name in headings("RULES") if name.startswith("figure"))
    assert figures == list(range(1, len(figures) + 1)) != []


def test_every_finding_stands_in_the_return_with_its_severity() -> None:
    table = {row[0]: row[1] for row in rows(section("RETURN", "15")) if re.fullmatch(r"[A-Z]\d\d", row[0])}
    assert table == SEVERITIES


def test_every_sheet_and_heading_stands_in_the_return() -> None:
    assert [sheet for sheet in TABLES.values() if f". {sheet.sheet}\n" not in RULEBOOK["RETURN"]] == []
    for number, table in enumerate(TABLES.values(), start=3):
        text = section("RETURN", str(number))
        assert text.startswith(f"## {number}. {table.sheet}\n")
        assert [column.heading for column in table.columns if column.title not in text] == []
    assert [column.heading for column in COVER if column.heading not in section("RETURN", "2")] == []


def test_every_list_of_the_form_stands_in_the_return() -> None:
    columns = [column for table in TABLES.values() for column in table.columns]
    listed = [(column.heading, value) for column in columns for value in column.values]
    words = RULEBOOK["RETURN"]
    assert [entry for entry in listed if not re.search(rf"(?<!\w){re.escape(entry[1])}(?!\w)", words)] == []


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The sections that a field of the programme file is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (Annotated, Union, UnionType, tuple):
        for part in get_args(annotation):
            yield from models(part)


def keys(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every key that a section accepts, those of sections within it after a dot."""
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        yield key
        for part in models(field.annotation):
            yield from keys(part, f"{key}.")


def section_named(name: str) -> str:
    """The section of PROGRAMME on a part of the file."""
    found = re.search(rf"^## (\d+)\. \[+{name}\]+$", RULEBOOK["PROGRAMME"], re.MULTILINE)
    assert found is not None, f"PROGRAMME has no section on [{name}]"
    return section("PROGRAMME", found[1])


@pytest.mark.parametrize("part", Programme.model_fields)
def test_every_programme_key_stands_in_the_rulebook(part: str) -> None:
    (model,) = models(Programme.model_fields[part].annotation)
    assert sorted(set(keys(model)) - set(names(section_named(part)))) == []


def test_every_key_of_the_assumptions_stands_in_the_rulebook() -> None:
    assert list(keys(Assumptions)) == names(section("PROGRAMME", "17"))


def test_every_command_stands_in_the_rulebook() -> None:
    first_words = {code.split()[0] for row in rows(section("OUTPUTS", "2")) for code in coded(row[0])}
    assert {word for word in first_words if re.fullmatch("[a-z-]+", word)} == set(cli.commands)


def test_every_option_stands_in_the_rulebook() -> None:
    told = set(re.findall(r"--[a-z-]+", "".join(section("OUTPUTS", number) for number in ("1", "2", "14"))))
    options = {name for command in cli.commands.values() for option in command.params for name in option.opts}
    assert {name for name in options if name.startswith("--")} - told == set()


COLUMNS = {
    "lines.parquet": ("4", list(LINES.columns)),
    "cases.parquet": ("5", list(CASES.columns)),
    "findings.csv": ("6", list(FINDINGS_COLUMNS)),
    "indicators.parquet": ("7", list(INDICATOR_ROWS.columns)),
    "Finanzübersicht": ("8", [*CARRIER_ACCOUNT.columns, *OUTSTANDING.columns, *CHANGES.columns, *CORRECTIONS.columns, *REVERSALS.columns]),
    "bookings": ("11", list(BOOKINGS.columns)),
    "open items": ("19", list(OPEN_ITEMS.columns)),
}  # fmt: skip


@pytest.mark.parametrize("file", COLUMNS)
def test_every_column_stands_in_the_rulebook_in_its_place(file: str) -> None:
    number, columns = COLUMNS[file]
    assert names(section("OUTPUTS", number)) == columns


def test_every_indicator_and_dimension_stands_in_the_rulebook() -> None:
    text = coded(section("OUTPUTS", "7"))
    assert {*INDICATORS, *(str(dimension) for dimension in Dimension if dimension)} - text == set()


def test_every_word_of_a_line_stands_in_the_rulebook() -> None:
    lines = coded(section("OUTPUTS", "4"))
    assert {*map(str, LineKind), *map(str, Unit)} <= lines
    assert {str(reason) for reason in Reason} <= coded(RULEBOOK["RULES"])
    assert {str(cause) for cause in Cause} <= coded(section("RULES", "7.4"))


def test_every_law_table_stands_in_the_rulebook() -> None:
    assert names(section("RULES", "1")) == [table.name for table in LAW_TABLES]


def test_the_columns_of_opening_balances_stand_in_the_rulebook() -> None:
    text = section("OUTPUTS", "13")
    assert [heading for heading in HEADINGS if heading not in text] == []
