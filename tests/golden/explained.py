"""Places to explain cases in: small programmes, returns as real workbooks, months settled with the command."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from flows.audit import explain
from flows.location import find_location
from schemas.derivation import Derivation, Step
from tests.command import Answer, call
from tests.sample.workbook import write_return

LAW = Path("inputs/law")
DUEREN, ALDENHOVEN, FREIBERG = "05358008", "05358004", "14522180"
NAMES = {DUEREN: "Dueren", ALDENHOVEN: "Aldenhoven", FREIBERG: "Freiberg"}
MUNICIPALITIES = """
[accounting]
county_iban = "DE17999999990005358000"
county_address = { street = "Weg 1", postcode = "52351", city = "Düren", contact = "Kasse", phone = "1", email = "a@b.example" }

[[municipality]]
ags = "05358008"
name = "Düren, Stadt"
street = "Weg 1"
postcode = "52349"
city = "Düren"
buyer_reference = "05358008-ASYL-45"
debtor = "1"
email = "a@b.example"

[[municipality]]
ags = "05358004"
name = "Aldenhoven"
street = "Weg 1"
postcode = "52457"
city = "Aldenhoven"
buyer_reference = "05358004-ASYL-47"
debtor = "2"
email = "a@b.example"
"""
HEAD = """
[programme]
key = "{key}"
title = "Vermittlung"
county = "Kreis Düren"
start = {start}
target_group = ["Aufenthaltsgestattung", "Duldung"]

[carrier]
name = "Träger"
iban = "DE10999999990005358999"
"""
FIGURE_1 = HEAD.format(key="figur1", start="2015-11-01") + """
[savings]
health = [{ from = 2015-11-01, eur_per_month = "140.00" }]

[[premium]]
from = 2015-11-01
share = "0.80"
cap_eur = "2500.00"

[allowance]
""" + MUNICIPALITIES  # fmt: skip
FIGURE_7 = HEAD.format(key="figur7", start="2024-01-01") + """
[savings]
health = [{ from = 2024-01-01, eur_per_month = "0.00" }]
lost_state_grant = [{ from = 2024-01-01, eur_per_month = "1013.00" }]

[[premium]]
from = 2023-01-01
share = "0.50"

[[premium]]
from = 2024-02-01
share = "0.80"
waiting_days = 0
min_weekly_hours = "15"
""" + MUNICIPALITIES  # fmt: skip
FIGURE_8 = HEAD.format(key="figur8", start="2015-11-01") + """
[savings]
health = [{ from = 2015-11-01, eur_per_month = "140.00" }]

[[premium]]
from = 2015-11-01
schedule = "milestones"
amount_eur = "2500.00"
milestones = [{ after_days = 42, share = "0.5" }, { after_days = 182, share = "0.5" }]
""" + MUNICIPALITIES  # fmt: skip


def benefit(case: str, **columns: object) -> dict[str, object]:
    row = {
        "case_id": case, "birth_year": 1990, "sex": "m", "status": "Duldung", "benefit_kind": "Grundleistung", "need_stage": 1,
        "accommodation_cents": 200_00, "paid_cents": 0,
    }  # fmt: skip
    return row | columns


def placement(case: str, begin: date, **columns: object) -> dict[str, object]:
    row = {
        "case_id": case, "employer": "Bäckerei Korn", "consent_on": date(2016, 3, 1), "begin": begin, "insured": True,
        "weekly_hours_hundredths": 38_00, "gross_cents": 1500_00, "net_cents": 1110_00,
    }  # fmt: skip
    return row | columns


def opportunity(
    case: str, position: str, kind: str, begin: date, end: date, hours: int, **columns: object
) -> dict[str, object]:
    row = {
        "case_id": case, "position_id": position, "provider_kind": kind, "workplace": "Stadtpark", "from_date": begin,
        "to_date": end, "hours_hundredths": hours, "voluntary": True,
    }  # fmt: skip
    return row | columns


def send(
    inputs: Path, programme: str, folder: str, month: str, ags: str, name: str = "", **rows: list[dict[str, object]]
) -> None:
    path = inputs / programme / "returns" / folder / (name or f"{NAMES[ags]}_{month}.xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    cover = {
        "programme": programme, "ags": ags, "month": month, "return_kind": "Erstmeldung", "confirmed_by": "Leitung",
        "reported_on": date(2024, 6, 1),
    }  # fmt: skip
    write_return(path, cover, rows)


def make(folder: Path, programme: str, text: str) -> Path:
    """Inputs of one programme; gives the folder of inputs."""
    inputs = folder / "inputs"
    shutil.copytree(LAW, inputs / "law")
    (inputs / programme).mkdir()
    (inputs / programme / "programme.toml").write_text(text, encoding="utf-8")
    return inputs


def settle(folder: Path, month: str, approved_on: str | None = None) -> None:
    where = ("--inputs", folder / "inputs", "--outputs", folder / "outputs")
    answer = call("settle", month, "--direct", "--by", "Eva", *where)
    assert answer.code == 0, answer
    if approved_on:
        assert call("approve", month, "--by", "Frida", "--date", approved_on, *where).code == 0


def asked(folder: Path, case: str, month: str, *options: str) -> Answer:
    return call(
        "explain", case, "--month", month, *options, "--inputs", folder / "inputs", "--outputs", folder / "outputs"
    )


def printed(folder: Path, case: str, month: str, *options: str) -> list[str]:
    """The lines of an explanation, blanks joined; none is wider than the terminal."""
    answer = asked(folder, case, month, *options)
    assert answer.code == 0, answer.err
    assert max(map(len, answer.out.splitlines())) <= 100
    return [" ".join(line.split()) for line in answer.out.splitlines()]


def derived(folder: Path, case: str, month: str, ags: str | None = None) -> Derivation:
    return explain(find_location(folder / "inputs", folder / "outputs", None), case, month, ags)


def steps(derivation: Derivation) -> Iterator[Step]:
    """Every step with all its parts."""
    waiting = [entry for section in derivation.sections for entry in section.entries if isinstance(entry, Step)]
    while waiting:
        step = waiting.pop()
        waiting.extend(step.parts)
        yield step


def section(lines: list[str], title: str) -> list[str]:
    """The lines below a numbered heading."""
    start = next(place for place, line in enumerate(lines) if line.endswith(title) and line[0].isdigit())
    end = next(
        (place for place, line in enumerate(lines[start:], start) if line == "" and lines[place + 1][:1].isdigit()),
        None,
    )
    return lines[start:end]
