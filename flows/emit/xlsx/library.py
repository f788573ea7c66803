"""XlsxWriter, adapted: named cell styles, and without the work that these documents do not need."""

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.packager import Packager
from xlsxwriter.styles import Styles, XFormatType
from xlsxwriter.utility import xl_rowcol_to_cell_fast
from xlsxwriter.worksheet import Worksheet as LibraryWorksheet

from flows.emit.xlsx.styles import STYLE_NAMES, STYLES

LAST_COLUMN = 16_383


class Worksheet(LibraryWorksheet):  # type: ignore[misc]  # of a library without types
    """The library's worksheet, without what takes longer than all the rest.

    It searches every formula for functions newer than Excel 2010; the documents use none. It keeps the style of all
    columns right of a table one by one; here the column `last_styled` stands for all from there on. It looks for
    characters to escape in addresses and style numbers of cells, and adds hints on the width of rows.
    """

    last_styled: int | None = None
    # As they are below the layer that understands addresses such as "A1": rows and columns are numbers here.
    write_string = LibraryWorksheet.write_string.__wrapped__
    write_number = LibraryWorksheet.write_number.__wrapped__
    write_blank = LibraryWorksheet.write_blank.__wrapped__
    write_formula = LibraryWorksheet.write_formula.__wrapped__

    def _write_col_info(self, col_min: int, col_max: int, col_info: Any) -> None:
        super()._write_col_info(col_min, LAST_COLUMN if col_max == self.last_styled else col_max, col_info)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: ARG002  # the library's signature
        return formula.removeprefix("=")

    def _calculate_spans(self) -> None:
        """No hints: they are optional."""

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind = cell.__class__.__name__
        if not cell.format or kind not in ("Number", "String", "Blank"):
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        if kind == "Number":
            self.fh.write(f"{head}><v>{cell.number:.16G}</v></c>")
        elif kind == "String":
            self.fh.write(f'{head} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(f"{head}/>")


class Formats(dict[str, Format]):
    """Name in styles.STYLES → the workbook's format, made when it is first used."""

    def __init__(self, book: "Workbook") -> None:
        super().__init__()
        self.book = book

    def __missing__(self, style: str) -> Format:
        made: Format = self.book.add_format(STYLES[style])
        name = STYLE_NAMES.get(style)
        if name is not None:
            named = self.book.named_styles
            named.setdefault(name, made)
            made.xf_id = 1 + list(named).index(name)
        self[style] = made
        return made


class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]  # of a library without types
    """The library's workbook with named cell styles, so that a reader can restyle it as a whole."""

    def __init__(self, filename: Any, options: dict[str, Any]) -> None:
        self.named_styles: dict[str, Format] = {}  # name → the format that defines it
        super().__init__(filename, options)

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]  # of a library without types
    def _write_styles_file(self) -> None:
        book = self.workbook
        styles = _Styles(book.named_styles)
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
        styles._set_xml_writer(self._filename("xl/styles.xml"))
        styles._assemble_xml_file()


class _Styles(Styles):  # type: ignore[misc]  # of a library without types
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
