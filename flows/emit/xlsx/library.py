"""XlsxWriter, adapted: the styles of all workbooks prepared once, and without the work that these documents do not need."""

from collections import defaultdict
from copy import deepcopy
from functools import cache, lru_cache
from io import StringIO
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.styles import Styles, XFormatType
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
    ColumnInfo,
    RowInfo,
)
from xlsxwriter.worksheet import Worksheet as LibraryWorksheet

from flows.emit.xlsx.archive import packed, shared, write_archive
from flows.emit.xlsx.styles import CONDITIONAL, STYLE_NAMES, STYLES, WORKBOOK_OPTIONS
from flows.emit.xlsx.table import cell, letters

LAST_COLUMN = 16_383
RECURRING = {"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/theme/theme1.xml"}
_SURELY_FITS = 16_000  # characters of a text; the library looks at the length of longer ones


class Worksheet(LibraryWorksheet):  # type: ignore[misc]  # of a library without types
    """The library's worksheet, without what takes longer than all the rest.

    Cells are put straight into its table, and written from there: it checks places, searches formulas for functions newer
    than Excel 2010, and looks for characters to escape in addresses and style numbers. It adds hints on the width of rows,
    which are optional. It keeps the style of all columns right of a table one by one; here the column `last_styled` stands
    for all from there on.
    """

    last_styled: int | None = None
    dim_colmin: int | None
    dim_colmax: Any

    def __init__(self) -> None:
        super().__init__()
        self._merged = defaultdict[int, set[int]](set)  # row → the columns whose cells are parts of merged ones

    def put_text(self, row: int, column: int, text: str, style: Format) -> None:
        """Text in a cell."""
        if len(text) > _SURELY_FITS:
            self.write_string(row, column, text, style)
        else:
            self.table[row][column] = CellStringTuple(self.str_table._get_shared_string_index(text), style)

    def put_number(self, row: int, column: int, number: Any, style: Format) -> None:
        """A number in a cell."""
        self.table[row][column] = CellNumberTuple(number, style)

    def put_formula(self, row: int, column: int, formula: str, style: Format, value: Any) -> None:
        """A formula in a cell, and its value."""
        self.table[row][column] = CellFormulaTuple(formula.removeprefix("="), style, value)

    def put_blank(self, row: int, column: int, style: Format) -> None:
        """A cell with nothing but its style."""
        self.table[row][column] = _blank(style)

    def put_width(self, column: int, characters: float) -> None:
        """The width of a column, in characters of the usual type."""
        pixels = int(characters * self.max_digit_width + 0.5) + self.cell_padding
        self.col_info[column] = ColumnInfo(width=pixels)
        self.col_size_changed = True

    def put_height(self, row: int, points: float) -> None:
        """The height of a row."""
        pixels = int(points * 4.0 / 3.0 + 0.5)
        self.row_info[row] = RowInfo(height=pixels)
        self.row_sizes[row] = [pixels, False]

    def merge_row(self, row: int, columns: range, style: Format, shows: bool) -> None:
        """Neighbouring cells of a row as one; the first is still to be filled, and the others where their style `shows`."""
        merged = self._merged[row]
        assert merged.isdisjoint(columns)  # Excel takes such a file for damaged
        merged.update(columns)
        self.merge.append([row, columns[0], row, columns[-1]])
        if shows:
            self.table[row].update(dict.fromkeys(columns[1:], _blank(style)))

    def _assemble_xml_file(self) -> None:
        """The part as the library writes it, told which rows and columns are taken."""
        rows = self.table.keys() | self.row_info.keys()
        columns = {column for cells in self.table.values() for column in cells}
        columns |= {end for end in (self.dim_colmin, self.dim_colmax) if end is not None}
        columns.update(last for _, _, _, last in self.merge)
        self.dim_rowmin, self.dim_rowmax = min(rows), max(rows)
        self.dim_colmin, self.dim_colmax = min(columns), max(columns)
        super()._assemble_xml_file()

    def _write_rows(self) -> None:
        names = [letters(column) for column in range(self.dim_colmax + 1)]
        for row in sorted(self.table.keys() | self.row_info.keys()):
            cells, info, number = self.table.get(row), self.row_info.get(row), row + 1
            if not cells:
                self._write_empty_row(row, None, info)
                continue
            self._write_row(row, None, info)
            parts = []
            for column, entry in sorted(cells.items()):
                kind, head = entry.__class__, f'<c r="{names[column]}{number}" s="{entry.format.xf_index}"'
                if kind is CellStringTuple:
                    parts.append(f'{head} t="s"><v>{entry.string}</v></c>')
                elif kind is CellBlankTuple:
                    parts.append(f"{head}/>")
                elif kind is CellNumberTuple:
                    parts.append(f"{head}><v>{entry.number:.16G}</v></c>")
                else:
                    text = ' t="str"' if isinstance(entry.value, str) else ""
                    parts.append(f"{head}{text}><f>{escape(entry.formula)}</f><v>{escape(str(entry.value))}</v></c>")
            parts.append("</row>")
            self.fh.write("".join(parts))

    def _write_merge_cells(self) -> None:
        if self.merge:
            cells = [f'<mergeCell ref="{cell(row, first)}:{cell(row, last)}"/>' for row, first, _, last in self.merge]
            self.fh.write(f'<mergeCells count="{len(cells)}">{"".join(cells)}</mergeCells>')

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002  # the library's signature
        return formula.removeprefix("=")

    def _write_col_info(self, col_min: int, col_max: int, col_info: Any) -> None:
        super()._write_col_info(col_min, LAST_COLUMN if col_max == self.last_styled else col_max, col_info)


class Prepared(NamedTuple):
    """What is the same in all workbooks: every style with its number, and the part that defines them."""

    formats: dict[str, Format]  # name in styles.STYLES or styles.CONDITIONAL → the format
    part: str


@cache
def prepared() -> Prepared:
    """The styles of all workbooks, made by the library once. A named style looks as the first that bears its name."""
    book = xlsxwriter.Workbook(None, deepcopy(WORKBOOK_OPTIONS))
    formats, named = {}, dict[str, Format]()
    for style, look in CONDITIONAL.items():
        formats[style] = book.add_format(look)
        formats[style].dxf_index = len(formats) - 1
    for number, (style, look) in enumerate(STYLES.items(), 1):
        made = formats[style] = book.add_format(look)
        made.xf_index = number
        if style in STYLE_NAMES:
            named.setdefault(STYLE_NAMES[style], made)
            made.xf_id = 1 + list(named).index(STYLE_NAMES[style])
    book._prepare_format_properties()
    return Prepared(formats, _styles_part(book, named))


def _styles_part(book: xlsxwriter.Workbook, named: dict[str, Format]) -> str:
    styles, part = _Styles(named), StringIO()
    styles._set_style_properties(
        [
            book.xf_formats,
            book.palette,
            book.font_count,
            book.num_formats,
            book.border_count,
            book.fill_count,
            book.custom_colors,
            book.dxf_formats,
            book.has_comments,
        ]
    )
    styles._set_xml_writer(part)
    styles._assemble_xml_file()
    return part.getvalue()


class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]  # of a library without types
    """The library's workbook with the prepared styles."""

    def _store_workbook(self) -> None:
        """Sheets, charts and names, which is all that these workbooks have, packed in one way on all systems."""
        active = self.worksheet_meta.activesheet
        self.worksheets_objs[active].selected = self.worksheets_objs[active].active = 1
        self._prepare_sst_string_data()
        self._prepare_defined_names()
        self._prepare_drawings()
        self._add_chart_data()
        packager = _Packager()
        packager._add_workbook(self)
        packager._set_in_memory(True)
        parts = [(name, part.getvalue().encode()) for part, name, _ in packager._create_package()]
        write_archive(self.filename, ((name, (shared if name in RECURRING else packed)(part)) for name, part in parts))

    def _prepare_format_properties(self) -> None:
        """They are prepared."""


class _Packager(Packager):  # type: ignore[misc]  # of a library without types
    def _write_styles_file(self) -> None:
        self._filename("xl/styles.xml").write(prepared().part)

    def _write_shared_strings_file(self) -> None:
        texts, part = self.workbook.str_table, self._filename("xl/sharedStrings.xml")
        shared = SharedStrings()
        shared.string_table = texts
        shared._set_xml_writer(part)
        shared._xml_declaration()
        shared._write_sst()
        part.writelines(map(_shared, texts.string_array))
        part.write("</sst>")


@cache
def _blank(style: Format) -> CellBlankTuple:
    """An empty cell of a prepared style; there are so many that they share it."""
    return CellBlankTuple(style)


@lru_cache(maxsize=4096)
def _shared(text: str) -> str:
    """A text as the part of shared strings has it; most stand in many workbooks."""
    shared, part = SharedStrings(), StringIO()
    shared._set_xml_writer(part)
    shared._write_si(text)
    return part.getvalue()


class _Styles(Styles):  # type: ignore[misc]  # of a library without types
    """The library's styles with named ones, so that a reader can restyle a workbook as a whole."""

    def __init__(self, named: dict[str, Format]) -> None:
        super().__init__()
        self._named = named

    def _write_cell_style_xfs(self) -> None:
        self._xml_start_tag("cellStyleXfs", [("count", 1 + len(self._named))])
        for style in (self.xf_formats[0], *self._named.values()):
            self._write_xf(style, XFormatType.STYLE)
        self._xml_end_tag("cellStyleXfs")

    def _write_cell_styles(self) -> None:
        self._xml_start_tag("cellStyles", [("count", 1 + len(self._named))])
        self._write_cell_style()
        for index, name in enumerate(self._named, 1):
            self._xml_empty_tag("cellStyle", [("name", name), ("xfId", index)])
        self._xml_end_tag("cellStyles")
