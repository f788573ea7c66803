"""The values of a programme file: amounts, shares, hours, account and buyer numbers, each strictly checked."""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.de import leitweg
from stdnum.exceptions import ValidationError as NumberError

from schemas import identifiers, months
from schemas.money import cents
from schemas.months import is_month
from schemas.returns import STATUSES


class Section(BaseModel):
    """A section of the programme file: no unknown key, no value of another type, never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


_NO_LETTER = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")  # what no XML document can hold


def _amount(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError('Erwartet wird ein Betrag als Text, zum Beispiel "2500.00"')
    try:
        amount = cents(value)
    except ValueError as error:
        raise ValueError(f'Erwartet wird ein Betrag in Euro und Cent wie "2500.00", nicht "{value}"') from error
    if amount < 0:
        raise ValueError(f'Erwartet wird ein Betrag ab 0, nicht "{value}"')
    return amount


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str):
        raise ValueError('Erwartet wird eine Zahl als Text, zum Beispiel "0.80"')
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f'Erwartet wird eine Zahl wie "0.80", nicht "{value}"') from error
    if not number.is_finite() or number < 0:
        raise ValueError(f'Erwartet wird eine Zahl ab 0, nicht "{value}"')
    return number


def _share(number: Decimal) -> Decimal:
    if number > 1 or number != round(number, 4):
        raise ValueError(
            f'Erwartet wird ein Anteil zwischen "0" und "1" mit höchstens vier Nachkommastellen, nicht "{number}"'
        )
    return number


def _hours(number: Decimal) -> int:
    if number != round(number, 2):
        raise ValueError(f'Erwartet werden Stunden mit höchstens zwei Nachkommastellen, nicht "{number}"')
    return int(number * 100)


def _text(text: str) -> str:
    if _NO_LETTER.search(text):
        raise ValueError(f"Der Text {text!r} enthält ein Steuerzeichen, das in keinem Dokument stehen kann")
    return text


def _iban(text: str) -> str:
    try:
        return str(IBAN(text).compact)
    except SchwiftyException as error:
        raise ValueError(f"Erwartet wird eine gültige IBAN; „{text}“ ist keine (Prüfziffer oder Länge)") from error


def _leitweg(text: str) -> str:
    try:
        leitweg.validate(text)
    except NumberError as error:
        raise ValueError(
            f"Erwartet wird eine gültige Leitweg-ID; „{text}“ ist keine (Aufbau oder Prüfziffer)"
        ) from error
    return text


def _month(text: str) -> months.Month:
    if not is_month(text):
        raise ValueError(f'Erwartet wird ein Monat wie "2015-11", nicht "{text}"')
    return text


def _status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(f"Erwartet wird einer der Status {', '.join(STATUSES)}, nicht „{text}“")
    return text


Amount = Annotated[int, BeforeValidator(_amount)]  # whole cents
Share = Annotated[Decimal, BeforeValidator(_decimal), AfterValidator(_share)]
Hours = Annotated[int, BeforeValidator(lambda value: _hours(_decimal(value)))]  # hundredths of an hour
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_text)]
Iban = Annotated[str, AfterValidator(_iban)]
LeitwegId = Annotated[str, AfterValidator(_leitweg)]
Month = Annotated[months.Month, AfterValidator(_month)]
Ags = Annotated[identifiers.Ags, StringConstraints(pattern=r"^\d{8}$")]
Status = Annotated[str, AfterValidator(_status)]
Side = Literal["county", "municipality"]
