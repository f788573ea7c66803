"""What the product takes from inside other libraries, where they promise nothing: after an upgrade this says what broke.

Each piece is listed once, with the module that uses it and for what. Its library is bounded above in pyproject.toml, so
that a new release comes in only by a change of that bound, with this test run against it.
"""

import ast
import io
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files
from inspect import signature
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from packaging.requirements import Requirement

HOUSE = Path(__file__).parents[2]


class Borrowed(NamedTuple):
    """A piece of a library, e.g. `xlsxwriter.worksheet:Worksheet._write_cell`, or `drafthorse/schema/…` for a file.

    `expected`: the names of the parameters of what can be called; a value; with `frozenset` what has to be in it; None:
    it is there.
    """

    library: str
    place: str
    expected: Any
    used_by: str
    purpose: str


SHEETS, MARKING, SERVER = "flows.emit.xlsx.library", "flows.emit.correction.marking", "flows.orchestration.server"
CELL, STYLES = "xlsxwriter.worksheet:Worksheet", "xlsxwriter.styles:Styles"
STRAIGHT = "cells, rows and columns are put where the library keeps them, and written from there"
TAKEN = "a sheet says which rows and columns are taken"
PACKED = "a workbook is packed in one way on all systems, and what many share only once"
OF_SHEETS = "sheets, charts and names are prepared as the library does it, and nothing else, which no workbook has"
STEPS = frozenset(
    {"_prepare_sst_string_data", "_prepare_vml", "_prepare_defined_names", "_prepare_drawings", "_add_chart_data", "_prepare_tables", "_prepare_metadata", "_add_workbook", "_set_tmpdir", "_set_in_memory", "_create_package"}
)  # fmt: skip
ONCE = "what is the same in many workbooks is made once"
NAMED_STYLES = "named cell styles are written, which the library has none of"
AS_NUMBERS = "what looks like a date is left the number that it is"
WHAT_STYLES_NEED = frozenset(
    {"xf_formats", "palette", "font_count", "num_formats", "border_count", "fill_count", "custom_colors", "dxf_formats", "has_comments"}
)  # fmt: skip

BORROWED = (
    Borrowed("xlsxwriter", f"{CELL}().table", {}, SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}().row_info", {}, SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}().row_sizes", {}, SHEETS, "charts find their place below rows of any height"),
    Borrowed("xlsxwriter", f"{CELL}().col_info", {}, SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}().col_size_changed", False, SHEETS, "charts find their place beside columns of any width"),
    Borrowed("xlsxwriter", f"{CELL}().max_digit_width", None, SHEETS, "a column is as wide as the library would make it"),
    Borrowed("xlsxwriter", f"{CELL}().cell_padding", None, SHEETS, "a column is as wide as the library would make it"),
    Borrowed("xlsxwriter", f"{CELL}().merge", [], SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}().dim_rowmin", None, SHEETS, TAKEN),
    Borrowed("xlsxwriter", f"{CELL}().dim_rowmax", None, SHEETS, TAKEN),
    Borrowed("xlsxwriter", f"{CELL}().dim_colmin", None, SHEETS, TAKEN),
    Borrowed("xlsxwriter", f"{CELL}().dim_colmax", None, SHEETS, TAKEN),
    Borrowed("xlsxwriter", f"{CELL}._assemble_xml_file", ("self",), SHEETS, TAKEN),
    Borrowed("xlsxwriter", f"{CELL}._write_rows", ("self",), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}._write_row", ("self", "row", "spans", "row_info", "empty_row"), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}._write_empty_row", ("self", "row", "spans", "row_info"), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}._prepare_formula", ("self", "formula", "expand_future_functions"), SHEETS, "formulas are not searched for new functions"),
    Borrowed("xlsxwriter", f"{CELL}._write_col_info", ("self", "col_min", "col_max", "col_info"), SHEETS, "one style for all columns right of a table"),
    Borrowed("xlsxwriter", f"{CELL}().fh", None, SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", "xlsxwriter.worksheet:CellNumberTuple._fields", ("number", "format"), SHEETS, "a number is written with its format"),
    Borrowed("xlsxwriter", "xlsxwriter.worksheet:CellStringTuple._fields", ("string", "format"), SHEETS, "a text is written with its format"),
    Borrowed("xlsxwriter", "xlsxwriter.worksheet:CellBlankTuple._fields", ("format",), SHEETS, "an empty cell is written with its format"),
    Borrowed("xlsxwriter", "xlsxwriter.worksheet:CellFormulaTuple._fields", ("formula", "format", "value"), SHEETS, "a formula is written with its format and value"),
    Borrowed("xlsxwriter", "xlsxwriter.worksheet:RowInfo", ("height", "row_format", "hidden", "level", "collapsed"), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", "xlsxwriter.worksheet:ColumnInfo", ("width", "column_format", "hidden", "level", "collapsed", "autofit"), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", "xlsxwriter.sharedstrings:SharedStringTable._get_shared_string_index", ("self", "string"), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", "xlsxwriter.sharedstrings:SharedStringTable().string_array", [], SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.sharedstrings:SharedStrings._set_xml_writer", ("self", "filename"), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.sharedstrings:SharedStrings._xml_declaration", ("self",), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.sharedstrings:SharedStrings._write_sst", ("self",), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.sharedstrings:SharedStrings._write_si", ("self", "string"), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.format:Format().xf_index", None, SHEETS, "every style has the same number in all workbooks"),
    Borrowed("xlsxwriter", "xlsxwriter.format:Format().dxf_index", None, SHEETS, "every style has the same number in all workbooks"),
    Borrowed("xlsxwriter", "xlsxwriter.format:Format().xf_id", 0, SHEETS, "a format names the cell style that it belongs to"),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._prepare_format_properties", ("self",), SHEETS, ONCE),
    Borrowed("xlsxwriter", f"{CELL}._write_merge_cells", ("self",), SHEETS, STRAIGHT),
    Borrowed("xlsxwriter", f"{CELL}().selected", 0, SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", f"{CELL}().active", 0, SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._store_workbook", ("self",), SHEETS, PACKED),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._store_workbook.__code__.co_names", STEPS, SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook().worksheet_meta.activesheet", 0, SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook().worksheets_objs", [], SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._prepare_sst_string_data", ("self",), SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._prepare_defined_names", ("self",), SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._prepare_drawings", ("self",), SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter:Workbook._add_chart_data", ("self",), SHEETS, OF_SHEETS),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._add_workbook", ("self", "workbook"), SHEETS, PACKED),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._set_in_memory", ("self", "in_memory"), SHEETS, PACKED),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._create_package", ("self",), SHEETS, PACKED),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._write_shared_strings_file", ("self",), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._write_styles_file", ("self",), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._write_styles_file.__code__.co_names", WHAT_STYLES_NEED, SHEETS, "the styles get from the workbook what the library gives them"),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager._filename", ("self", "xml_filename"), SHEETS, ONCE),
    Borrowed("xlsxwriter", "xlsxwriter.packager:Packager().workbook", None, SHEETS, ONCE),
    Borrowed("xlsxwriter", f"{STYLES}._set_style_properties", ("self", "properties"), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._set_xml_writer", ("self", "filename"), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._assemble_xml_file", ("self",), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}().xf_formats", None, SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._write_cell_style_xfs", ("self",), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._write_cell_styles", ("self",), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._write_cell_style", ("self", "name", "xf_id", "builtin_id"), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._write_xf", ("self", "xf_format", "xf_type"), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", "xlsxwriter.styles:XFormatType.STYLE", None, SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._xml_start_tag", ("self", "tag", "attributes"), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._xml_end_tag", ("self", "tag"), SHEETS, NAMED_STYLES),
    Borrowed("xlsxwriter", f"{STYLES}._xml_empty_tag", ("self", "tag", "attributes"), SHEETS, NAMED_STYLES),
    Borrowed("openpyxl", "openpyxl.reader.excel:ExcelReader", ("fn", "read_only", "keep_vba", "data_only", "keep_links", "rich_text"), MARKING, "a received workbook is read as it is"),
    Borrowed("openpyxl", "openpyxl.reader.excel:ExcelReader.read", ("self",), MARKING, "a received workbook is read as it is"),
    Borrowed("openpyxl", "openpyxl.reader.excel:ExcelReader.read.__code__.co_names", frozenset({"read_worksheets", "parser", "wb"}), MARKING, "reading calls what is replaced, and keeps the workbook"),
    Borrowed("openpyxl", "openpyxl.reader.excel:ExcelReader.read_worksheets", ("self",), MARKING, AS_NUMBERS),
    Borrowed("openpyxl", "openpyxl.workbook:Workbook()._date_formats", None, MARKING, AS_NUMBERS),
    Borrowed("openpyxl", "openpyxl.workbook:Workbook()._timedelta_formats", None, MARKING, AS_NUMBERS),
    Borrowed("openpyxl", "openpyxl.cell.cell:Cell._style", None, MARKING, "a look is made once a workbook and shared by its cells"),
    Borrowed("openpyxl", "openpyxl.styles.cell_style:StyleArray.tobytes", ("self",), MARKING, "a look is made once a workbook and shared by its cells"),
    Borrowed("openpyxl", "openpyxl.reader.workbook:WorkbookParser.find_sheets", ("self",), MARKING, "the part of each sheet is found, for the values that its formulas store"),
    Borrowed("openpyxl", "openpyxl.worksheet.cell_range:MultiCellRange.sorted", ("self",), MARKING, "merged ranges are written in one order"),
    Borrowed("openpyxl", "openpyxl.formatting.formatting:ConditionalFormattingList.add", ("self", "range_string", "cfRule"), MARKING, "marked cells show where conditional formats cover them"),
    Borrowed("openpyxl", "openpyxl.workbook:Workbook().active._cells", {}, "flows.emit.correction.workbook", "only cells that are there are looked at"),
    Borrowed("lxml", "lxml.etree:_Element", None, "flows.emit.cash.payments", "type of an element"),
    Borrowed("lxml", "lxml.etree:_Element", None, "flows.ingest.movements.camt", "type of an element"),
    Borrowed("drafthorse", "drafthorse/schema/Factur-X_1.0.07_EN16931.xsd", None, "flows.emit.invoice.xml", "every e-invoice is held against the schema that the library ships"),
    Borrowed("sepaxml", "sepaxml/schemas/pain.001.001.09.xsd", None, "flows.emit.cash.payments", "every payment file is held against the schema that the library ships"),
    Borrowed("uvicorn", "uvicorn:Server.startup", ("self", "sockets"), "flows.serving", "the address is said once the workspace answers"),
    Borrowed("prefect", "prefect.context:refresh_global_settings_context", (), SERVER, "settings are read anew where a server of our own is used"),
    Borrowed("prefect", "prefect.server.api.server:create_app", ("settings", "ephemeral", "webserver_only", "final", "ignore_cache"), SERVER, "a server of our own"),
    Borrowed("prefect", "prefect.server.api.server:create_app.__code__.co_consts", frozenset({"PREFECT__SERVER_EPHEMERAL", "PREFECT__SERVER_FINAL"}), SERVER, "a server of our own runs what one process needs"),
)  # fmt: skip


@pytest.mark.parametrize("piece", BORROWED, ids=lambda piece: piece.place)
def test_what_is_borrowed_is_still_there(piece: Borrowed) -> None:
    assert not broken(piece), broken(piece)


def test_the_value_reader_names_its_defects_as_before() -> None:
    """It exports no type for them: flows.ingest.spreadsheet.workbook knows them by name."""
    from python_calamine import CalamineWorkbook

    content = (HOUSE / "tests/broken/cases/panic.xls").read_bytes()
    with pytest.raises(BaseException, match="out of range") as raised:  # it has no type to name
        CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert type(raised.value).__name__ == "PanicException"


def test_the_message_names_library_piece_user_and_purpose() -> None:
    piece = Borrowed("openpyxl", "openpyxl.workbook:Workbook.never", None, "flows.emit.some", "something is done")
    told = f"openpyxl {version('openpyxl')}: openpyxl.workbook:Workbook.never is gone. flows.emit.some uses it so that something is done."
    assert broken(piece) == told
    changed = broken(piece._replace(place="openpyxl.workbook:Workbook.close", expected=("self", "how")))
    assert changed is not None and "is ('self',), expected was ('self', 'how')." in changed
    lacking = broken(
        piece._replace(place="openpyxl.workbook:Workbook.close.__code__.co_names", expected=frozenset({"never"}))
    )
    assert lacking is not None and "expected was ('never',)." in lacking
    assert broken(piece._replace(place="openpyxl/never.xsd")) is not None
    assert broken(piece._replace(place="openpyxl.never:Workbook")) is not None


def test_whatever_lends_is_bounded_above() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {each.name: each.specifier for each in map(Requirement, project["dependencies"])}
    lenders = {piece.library for piece in BORROWED} | {"python-calamine"}
    unbounded = {name for name in lenders if not any(each.operator in ("<", "==") for each in asked[name])}
    assert unbounded == set()


def test_everything_private_that_is_used_is_listed() -> None:
    listed = {(piece.used_by, re.split(r"[.:]", piece.place)[-1]) for piece in BORROWED}
    nodes = {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts): list(ast.walk(ast.parse(path.read_text("utf-8"))))
        for room in ("flows", "schemas")
        for path in HOUSE.glob(f"{room}/**/*.py")
    }
    own = {module: defined(tree) for module, tree in nodes.items()}
    used = {
        (module, name)
        for module, tree in nodes.items()
        for name in foreign(tree, own[module], own[module].union(*(own.get(other, ()) for other in read(tree))))
    }
    assert sorted(used - listed) == [], "private to a library and not listed above"
    private = {(user, name) for user, name in listed if is_private(name)}
    assert sorted(private - used) == [], "listed above and used no longer"


# ----------------------------------------------------------------------------------------------------------------------


def broken(piece: Borrowed) -> str | None:
    """What an upgrade changed, in a sentence that says where it is used and for what; None where all is as it was."""
    found: Any
    try:
        found = resolved(piece.place)
    except (ImportError, AttributeError, FileNotFoundError):
        return _told(piece, "is gone")
    if callable(found) and isinstance(piece.expected, tuple):
        found = tuple(signature(found).parameters)
    if isinstance(piece.expected, frozenset):
        missing = tuple(sorted(piece.expected - {each for each in found if isinstance(each, str)}))
        return _told(piece, f"lacks something, expected was {missing}") if missing else None
    if piece.expected is None or found == piece.expected:
        return None
    return _told(piece, f"is {found}, expected was {piece.expected}")


def _told(piece: Borrowed, what: str) -> str:
    return f"{piece.library} {version(piece.library)}: {piece.place} {what}. {piece.used_by} uses it so that {piece.purpose}."


def resolved(place: str) -> Any:
    """What stands at a place; names with `()` are called on the way, a path is a file of a package."""
    if "/" in place:
        package, _, path = place.partition("/")
        return files(package).joinpath(path).read_bytes()
    module, _, names = place.partition(":")
    found: Any = import_module(module)
    for name in names.split("."):
        found = getattr(found, name.removesuffix("()"))
        found = found() if name.endswith("()") else found
    return found


def is_private(name: str) -> bool:
    """Whether a name is private; what named tuples and `os` call so is documented."""
    dunder = name.startswith("__") and name != "__wrapped__"
    return name.startswith("_") and not dunder and name not in {"_replace", "_fields", "_asdict", "_exit"}


def defined(nodes: list[ast.AST]) -> set[str]:
    """Private names that a module defines itself: functions, classes and attributes, without what it replaces."""
    names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    attributes = (node for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    names |= {node.attr for node in attributes if is_inherited(node)}
    return {name for name in names if is_private(name)} - set(replacements(nodes))


def foreign(nodes: list[ast.AST], own: set[str], inherited: set[str]) -> Iterator[str]:
    """Private names that a module uses or replaces and that are neither its own nor, where it may be, inherited."""
    yield from replacements(nodes)
    for node in nodes:
        if isinstance(node, ast.Attribute) and is_private(node.attr):
            if node.attr not in (inherited if is_inherited(node) else own):
                yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (each.name for each in node.names if is_private(each.name))


def is_inherited(node: ast.Attribute) -> bool:
    """Whether it is an attribute of the class itself or of what it is made of."""
    return ast.unparse(node.value) in ("self", "cls", "super()")


def read(nodes: list[ast.AST]) -> Iterator[str]:
    """The modules that a module takes names from: what its classes inherit is defined there."""
    return (node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module)


def replacements(nodes: list[ast.AST]) -> Iterator[str]:
    """Private methods of a library's class that a class of the module replaces."""
    classes = {
        node: [each.name for each in node.body if isinstance(each, ast.FunctionDef) and is_private(each.name)]
        for node in nodes
        if isinstance(node, ast.ClassDef) and node.bases
    }
    for node, methods in classes.items():
        for base in node.bases if methods else ():
            found = imported(ast.unparse(base).split("[")[0], nodes)
            yield from (each for each in methods if hasattr(found, each))


def imported(name: str, nodes: list[ast.AST]) -> Any:
    """What a name of a module stands for, where it comes from a library."""
    first, *rest = name.split(".")
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for each in node.names:
                module = node.module or "" if isinstance(node, ast.ImportFrom) else each.name
                if (each.asname or each.name) == first and module.split(".")[0] not in ("flows", "schemas"):
                    path = [each.name, *rest] if isinstance(node, ast.ImportFrom) else rest
                    with suppress(ImportError, AttributeError):  # a piece that is gone is told of above
                        return resolved(f"{module}:{'.'.join(path)}")
    return None
