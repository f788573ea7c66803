"""Fonts, colours, number formats and page set-up of all workbooks: the only place for them.

Quiet on screen and on paper: one typeface, dark ink on white, fine lines, one shade of grey for headings
and totals. A state is always told by words; colour only repeats it. All text has a contrast of at least 7 : 1.
"""

from typing import Any, NamedTuple

FONT = "Arial"
SIZE = 10
INK = "#1F2328"
MUTED = "#444D56"
LINE = "#C4CAD1"
STRONG_LINE = "#57606A"
SHADE = "#E9ECEF"
PALE_SHADE = "#F5F6F8"
WARNING = "#9B1C1C"  # ENTWURF and ABWEICHUNG, always beside the word itself
ERROR_FILL = "#FBE3E3"
WARNING_FILL = "#FFF3CD"
LINK = "#0B4F9E"
ERROR_MARK = "#F5A9A9"  # in a municipality's own sheets, where they must stand out from its colours
WARNING_MARK = "#FFE066"

EURO = '[$-407]#,##0.00 "€"'
EURO_AXIS = '[$-407]#,##0 "€"'
RATE = '[$-407]#,##0.00## "€"'
HOURS = "[$-407]0.00"
COUNT = "[$-407]#,##0"
SHARE = "[$-407]0.0 %"
DATE = "dd.mm.yyyy"
MONTH = "mm/yyyy"
LONG_MONTH = "[$-407]mmmm yyyy"

# What every cell begins with; default row height and column width (pixels) belong to the typeface.
# Without "none", the theme's font would stand in for the named one.
BASE = {"font_name": FONT, "font_scheme": "none", "font_size": SIZE, "font_color": INK, "valign": "top"}
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": FONT, "font_size": SIZE},
    "default_row_height": 17,
    "default_column_width": 64,
}
TALLEST_ROW = 409.0  # points; spreadsheets allow no more
FIELD_HEIGHT = 16.5  # points, of a row that is filled in
LEADING = 1.22  # height of a line to the type size

# The lines of a chart, told apart in black and white too.
CHART_LINES: tuple[dict[str, Any], ...] = (
    {
        "line": {"color": INK, "width": 1.75},
        "marker": {"type": "circle", "size": 5, "fill": {"color": INK}, "border": {"color": INK}},
    },
    {
        "line": {"color": LINK, "width": 1.75, "dash_type": "dash"},
        "marker": {"type": "square", "size": 6, "fill": {"color": "#FFFFFF"}, "border": {"color": LINK}},
    },
    {
        "line": {"color": STRONG_LINE, "width": 1.75, "dash_type": "round_dot"},
        "marker": {"type": "none"},
    },
)
CHART_COLUMNS: tuple[dict[str, Any], ...] = (
    {"fill": {"color": STRONG_LINE}, "border": {"none": True}, "gap": 60},
    {"fill": {"color": LINE}, "border": {"color": STRONG_LINE}},
)

_BODY = BASE | {"font_size": 9, "bottom": 1, "bottom_color": LINE}
_TOTAL = _BODY | {"bold": True, "bg_color": PALE_SHADE, "top": 1, "top_color": STRONG_LINE, "bottom_color": STRONG_LINE}
_RIGHT = {"align": "right"}
_WRAP = {"text_wrap": True}
_AFTER_FIGURES = {"align": "left", "indent": 1}  # text to the right of a column of figures keeps its distance
_HEAD = BASE | {
    "bold": True,
    "font_size": 9,
    "bg_color": SHADE,
    "bottom": 1,
    "bottom_color": STRONG_LINE,
    "valign": "vcenter",
    **_WRAP,
}


def _kinds(prefix: str, base: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The formats of a table row: one for each kind of value."""
    return {
        prefix: base | _WRAP,
        f"{prefix}_centre": base | {"align": "center"},
        f"{prefix}_money": base | _RIGHT | {"num_format": EURO},
        f"{prefix}_rate": base | _RIGHT | {"num_format": RATE},
        f"{prefix}_hours": base | _RIGHT | {"num_format": HOURS},
        f"{prefix}_count": base | _RIGHT | {"num_format": COUNT},
        f"{prefix}_share": base | _RIGHT | {"num_format": SHARE},
        f"{prefix}_date": base | {"align": "center", "num_format": DATE},
        f"{prefix}_month": base | {"align": "center", "num_format": MONTH},
    }


_FIELD = BASE | {"border": 1, "border_color": LINE, "valign": "vcenter", "locked": False}
_FREE = BASE | {"valign": "vcenter", "locked": False}  # to be filled in like a field, but without a line to print
_FACT = BASE | {"bottom": 1, "bottom_color": LINE, "align": "left", "valign": "vcenter"}
_KEY_FACT = _FACT | {"bold": True, "font_size": 12, "bg_color": PALE_SHADE, "bottom_color": STRONG_LINE}


def _fields(name: str, look: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A cell that is filled in, for each kind of content."""
    return {
        f"{name}_text": look | {"num_format": "@", **_WRAP},
        f"{name}_list": look,
        f"{name}_integer": look | {"num_format": "0", **_RIGHT},
        f"{name}_money": look | {"num_format": "[$-407]#,##0.00", **_RIGHT},
        f"{name}_hours": look | {"num_format": HOURS, **_RIGHT},
        f"{name}_date": look | {"num_format": DATE, "align": "center"},
    }


STYLES: dict[str, dict[str, Any]] = {
    "plain": BASE,
    "bold": BASE | {"bold": True},
    "bold_month": BASE | {"bold": True, "align": "left", "num_format": LONG_MONTH},
    "muted": BASE | {"font_color": MUTED, "font_size": 9},
    "letterhead": BASE | {"bold": True, "font_size": 16},
    "title": BASE | {"bold": True, "font_size": 14},
    "title_draft": BASE | {"bold": True, "font_size": 14, "font_color": WARNING},
    "section": BASE | {"bold": True, "font_size": 11, "bottom": 1, "bottom_color": STRONG_LINE},
    "section_right": BASE | {"bold": True, "font_size": 11, "bottom": 1, "bottom_color": STRONG_LINE, **_RIGHT},
    "draft": BASE | {"bold": True, "font_size": 12, "font_color": WARNING, "border": 1, "border_color": WARNING, "valign": "vcenter", "indent": 1, **_WRAP},
    "answer": BASE | {"bold": True, "font_size": 12, "bg_color": PALE_SHADE, "border": 1, "border_color": STRONG_LINE, "valign": "vcenter", "indent": 1, **_WRAP},
    "prose": BASE | _WRAP,
    "small_prose": BASE | {"font_size": 9, "font_color": MUTED, **_WRAP},
    "head": _HEAD,
    "head_right": _HEAD | _RIGHT,
    "head_after": _HEAD | _AFTER_FIGURES,
    "group": BASE | {"bold": True, "font_size": 9, "bottom": 1, "bottom_color": STRONG_LINE, "valign": "bottom"},
    "fact_label": _FACT | {"font_color": MUTED},
    "fact": _FACT,
    "fact_right": _FACT | {"num_format": EURO, **_RIGHT},
    "key_fact": _KEY_FACT,
    "key_fact_money": _KEY_FACT | {"num_format": EURO},
    "key_fact_right": _KEY_FACT | {"num_format": EURO, **_RIGHT},
    "sign": BASE | {"bottom": 1, "bottom_color": INK},
    **_kinds("body", _BODY),
    **_kinds("total", _TOTAL),
    "total_left": _TOTAL,
    "total_after": _TOTAL | _AFTER_FIGURES,
    "body_left": _BODY,
    "body_place": _BODY | {"align": "center", "num_format": COUNT},
    "body_after": _BODY | _WRAP | _AFTER_FIGURES,
    "note": BASE | {"bottom": 1, "bottom_color": LINE, **_WRAP},
    "body_bold": _BODY | {"bold": True, **_WRAP},
    "body_error": _BODY | {"bg_color": ERROR_FILL, "bold": True, **_WRAP},
    "body_warning": _BODY | {"bg_color": WARNING_FILL, **_WRAP},
    **_fields("field", _FIELD),
    **_fields("free", _FREE),
    "free": _FREE,
    "head_optional": _HEAD | {"bold": False, "bg_color": PALE_SHADE},
    "required": BASE | {"bold": True, "font_size": 8, "valign": "bottom", **_WRAP},
    "optional": BASE | {"font_size": 8, "font_color": MUTED, "valign": "bottom", **_WRAP},
    "required_fact": _FACT | {"bold": True, "font_size": 8},
    "optional_fact": _FACT | {"font_size": 8, "font_color": MUTED},
    "fact_note": _FACT | {"font_size": 9, "font_color": MUTED},
    "given": _FACT | {"bg_color": PALE_SHADE, **_WRAP},
    "link": BASE | {"font_color": LINK, "underline": 1},
    "body_link": _BODY | {"font_color": LINK, "underline": 1, **_WRAP},
}  # fmt: skip

# What a cell takes on of another look while a condition holds.
CONDITIONAL: dict[str, dict[str, Any]] = {
    "deviation": {"font_color": WARNING, "bold": True},
    "missing": {"bg_color": WARNING_FILL},
}

# Styles of texts that stand in one line and run over empty cells; with `_flowing` they wrap where their room ends.
_IN_ONE_LINE = ("letterhead", "title", "title_draft", "muted", "plain", "bold", "section", "fact", "key_fact")
STYLES |= {f"{name}_flowing": STYLES[name] | _WRAP for name in _IN_ONE_LINE}


def flowing(style: str) -> str:
    """The style that wraps and otherwise looks alike."""
    return f"{style}_flowing" if style in _IN_ONE_LINE else style


# Styles that show on an empty cell, too: by a line or a shade.
_SEEN = ("border", "bottom", "top", "left", "right", "bg_color")
ON_EMPTY = {name for name, look in STYLES.items() if not look.keys().isdisjoint(_SEEN)}

_NAMED_KINDS = {
    "": "Text",
    "_money": "Betrag",
    "_rate": "Satz",
    "_hours": "Stunden",
    "_count": "Anzahl",
    "_share": "Anteil",
    "_date": "Datum",
    "_month": "Monat",
}
# Style → the named cell style it belongs to; the first one used of a name defines it.
STYLE_NAMES: dict[str, str] = {
    "letterhead": "Briefkopf",
    "title": "Blatttitel",
    "title_draft": "Blatttitel Entwurf",
    "draft": "Entwurf",
    "muted": "Nebentext",
    "section": "Abschnitt",
    "section_right": "Abschnitt",
    "head": "Tabellenkopf",
    "head_right": "Tabellenkopf",
    "head_after": "Tabellenkopf",
    "group": "Zwischenüberschrift",
    "answer": "Ergebnis",
    "prose": "Fließtext",
    "small_prose": "Erläuterung",
    "note": "Hinweistext",
    "fact_label": "Bezeichnung",
    "fact": "Angabe",
    "fact_right": "Angabe Betrag",
    "key_fact": "Hauptangabe",
    "key_fact_money": "Hauptangabe Betrag",
    "key_fact_right": "Hauptangabe Betrag",
    "body_after": "Tabelle Text",
    "body_left": "Tabelle Text",
    "total_left": "Summe Text",
    "total_after": "Summe Text",
    **{f"body{kind}": f"Tabelle {name}" for kind, name in _NAMED_KINDS.items()},
    **{f"total{kind}": f"Summe {name}" for kind, name in _NAMED_KINDS.items()},
}
STYLE_NAMES |= {flowing(name): STYLE_NAMES[name] for name in _IN_ONE_LINE if name in STYLE_NAMES}

# Style → type size (bold type runs wider), of the styles whose text wraps.
WRAPPING: dict[str, float] = {
    name: style["font_size"] * (1.07 if style.get("bold") else 1.0)
    for name, style in STYLES.items()
    if style.get("text_wrap")
}


_HEADER_PORTRAIT, _HEADER_LANDSCAPE = (
    (56, 40),
    (90, 64),
)  # characters at the left and at the right that leave the middle free


PART = " · "  # between the parts of a header


class Page(NamedTuple):
    """What is printed above and below every sheet of a workbook."""

    left: str  # parts, what matters most first: those that find no room are left out, and stand on the sheet
    right: str
    mark: str = ""  # ENTWURF, printed large in the middle


def set_up_page(sheet: Any, page: Page, *, landscape: bool, heading_row: int | None, full_size: bool = False) -> None:
    """A4, fitted to the paper's width or in full size, with header, `Seite n von m`, and the table's headings on every page.

    `sheet` is an XlsxWriter worksheet; `heading_row` counts from 0, None where there is no table.
    """
    sheet.set_paper(9)
    if not full_size:
        sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.ignore_errors(
        {"number_stored_as_text": "A1:XFD1048576", "formula_differs": "A1:XFD1048576", "formula_range": "A1:XFD1048576"}
    )
    if landscape:
        sheet.set_landscape()
        sheet.set_margins(left=0.4, right=0.4, top=0.75, bottom=0.6)
    else:
        sheet.set_margins(left=0.75, right=0.5, top=0.75, bottom=0.6)
    mark = f'&C&"{FONT},Bold"&12&K{WARNING.removeprefix("#")}{page.mark}' if page.mark else ""
    face = f'&"{FONT},Regular"&8'
    left, right = _HEADER_LANDSCAPE if landscape else _HEADER_PORTRAIT
    sheet.set_header(
        f"&L{face} {_plain(_fitting(page.left, left), left)}{mark}&R{face} {_plain(page.right, right)}",
        {"margin": 0.35},
    )
    sheet.set_footer(f"&R{face} Seite &P von &N", {"margin": 0.3})
    if heading_row is not None:
        sheet.repeat_rows(heading_row)
        sheet.freeze_panes(heading_row + 1, 0)


def _fitting(text: str, longest: int) -> str:
    """The parts of a text that find room whole; the first one always.

    >>> _fitting("Rechnung VP-2023-0001 · Oktober 2023 · Landkreis Musterhausen", 56)
    'Rechnung VP-2023-0001 · Oktober 2023'
    """
    while len(text) > longest and PART in text:
        text = text.rpartition(PART)[0]
    return text


def _plain(text: str, longest: int) -> str:
    """Text for a header: short enough, and its ampersands are no codes."""
    short = text if len(text) <= longest else text[: longest - 1] + "…"
    return short.replace("&", "&&")
