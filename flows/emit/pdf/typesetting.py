"""Typesetting: a template of `templates/` and its data become an accessible PDF/A."""

import json
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from typst import Compiler

TEMPLATES = Path(__file__).with_name("templates")
# What the typeface can print: Latin with all its marks, Greek, Cyrillic, the usual signs. Anything else is no letter
# of a name or a sentence, and would make the PDF invalid.
_UNPRINTABLE = re.compile("[^ -~¡-ʯ\u0300-\u0304Α-ΡΣ-Ωα-ωЀ-џḀ-ỹ‐-‧‰-‷€≤≥≠−×→\ufffd]")

_own = threading.local()


def typeset(template: str, data: Mapping[str, Any], created: date) -> bytes:
    """The PDF of a template (`templates/<template>.typ`) and its data, as PDF/A-2a and PDF/UA-1.

    The template reads the data with `json(bytes(sys.inputs.data))`: text in it is set as it stands and is never read
    as markup. Letters that the typeface lacks show as �. Only the typefaces inside typst are used, and the day
    `created` stands for the clock, so the same data give the same bytes everywhere.
    """
    noon = datetime.combine(created, time(12), UTC)
    pdf = _compiler().compile(
        input=str(TEMPLATES / f"{template}.typ"),
        format="pdf",
        sys_inputs={"data": json.dumps(_printable(data), ensure_ascii=False)},
        pdf_standards=["a-2a", "ua-1"],  # to be kept for years, and read aloud
        timestamp=int(noon.timestamp()),
    )
    assert isinstance(pdf, bytes)
    return pdf


def _compiler() -> Compiler:
    """The thread's own compiler, which keeps typefaces and parsed templates from document to document."""
    if not hasattr(_own, "compiler"):
        _own.compiler = Compiler(root=str(TEMPLATES), ignore_system_fonts=True)
    compiler: Compiler = _own.compiler
    return compiler


def _printable(value: Any) -> Any:
    """The same data with every text in letters that the typeface has."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("\ufffd", " ".join(unicodedata.normalize("NFC", value).split()))
    if isinstance(value, Mapping):
        return {key: _printable(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(entry) for entry in value]
    return value
