"""A small valid programme and plain rows, as the TOML and an accepted return would give them.

Test cases and strategies change what they are about and leave the rest as it is here.
"""

from typing import Any

DUEREN, ALDENHOVEN = "05358008", "05358004"

_TOWN = {"street": "Markt 1", "postcode": "52349", "city": "Ort", "debtor": "100", "email": "amt@ort.de"}
_LEITWEG = {DUEREN: "05358008-A1-25", ALDENHOVEN: "05358004-A1-94"}

# One insured full-time employment per month with everything in order; wage and dates come from the case.
_PLACEMENT = {
    "employer": "Bau GmbH",
    "work_permit_on": None,
    "end": None,
    "insured": True,
    "weekly_hours_hundredths": 40_00,
    "gross_cents": 1500_00,
    "gross_month_cents": None,
    "net_cents": 1110_00,
    "remark": None,
}
_BENEFIT = {
    "birth_year": 1990,
    "sex": "m",
    "status": "Aufenthaltsgestattung",
    "benefit_kind": "Grundleistung",
    "need_stage": 1,
    "accommodation_cents": 0,
    "paid_cents": 0,
    "entitled_from": None,
    "entitled_to": None,
    "cut_cents": 0,
    "state_grant": False,
    "remark": None,
}
_OPPORTUNITY = {
    "position_id": "AGH-1",
    "provider_kind": "Kommune",
    "workplace": "Bauhof",
    "expense_cents": 0,
    "voluntary": True,
    "assigned_on": None,
    "certified_on": None,
    "outcome": None,
    "remark": None,
}


def programme(**sections: Any) -> dict[str, Any]:
    """A programme as the TOML gives it; a named section replaces the one below."""
    return {
        "programme": {
            "key": "dueren",
            "title": "Arbeitsmarktvermittlung",
            "county": "Kreis Düren",
            "start": sections.pop("start"),
            "target_group": ("Aufenthaltsgestattung", "Duldung", "Ankunftsnachweis"),
        }
        | sections.pop("term", {}),
        "carrier": {"name": "low-tec gGmbH", "iban": "DE89370400440532013000"},
        "accounting": {
            "county_iban": "DE89370400440532013000",
            "county_address": {
                "street": "Bismarckstraße 16",
                "postcode": "52351",
                "city": "Düren",
                "contact": "Kämmerei",
                "phone": "02421 22-0",
                "email": "amt@kreis.de",
            },
        },
        "municipality": tuple(municipality(ags) for ags in (DUEREN, ALDENHOVEN)),
    } | sections


def municipality(ags: str, **overrides: Any) -> dict[str, Any]:
    """A member municipality."""
    return {"ags": ags, "name": f"Gemeinde {ags}", "buyer_reference": _LEITWEG[ags]} | _TOWN | overrides


def benefit(**overrides: Any) -> dict[str, Any]:
    """A row of Leistungen: stage 1, Grundleistung, nothing paid."""
    return _origin("Leistungen") | _BENEFIT | overrides


def placement(**overrides: Any) -> dict[str, Any]:
    """A row of Vermittlungen: 1,500.00 gross and 1,110.00 net, consent given on the day it begins."""
    return _origin("Vermittlungen") | _PLACEMENT | {"consent_on": overrides["begin"]} | overrides


def opportunity(**overrides: Any) -> dict[str, Any]:
    """A row of Arbeitsgelegenheiten at a municipal provider."""
    return _origin("Arbeitsgelegenheiten") | _OPPORTUNITY | overrides


def _origin(sheet: str) -> dict[str, Any]:
    return {"ags": DUEREN, "case_id": "A-001", "file_sha256": "0" * 64, "sheet": sheet, "row": 5}
