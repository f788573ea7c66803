"""The law tables that the calculation reads: file, key, columns (RULES section 1)."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class LawTable:
    """One dated table of `inputs/law/`.

    `key` is the column that tells rows in force at the same time apart (empty: none), `amounts` are
    euro columns with the cents column they become, `numbers` are whole-number columns, `texts` the rest.
    """

    name: str
    key: str
    key_name: str
    amounts: dict[str, str]
    numbers: dict[str, str]
    texts: tuple[str, ...]
    title: str

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns the file must have, and no others."""
        key = (self.key,) if self.key else ()
        return ("valid_from", "valid_to", *key, *self.amounts, *self.numbers, *self.texts, "source", "confidence")


BASIC_RATES = LawTable(
    "asylblg_grundleistungen", "bedarfsstufe", "need_stage",
    {
        "notwendiger_bedarf_eur": "necessary_cents",
        "notwendiger_persoenlicher_bedarf_eur": "personal_cents",
        "gesamt_eur": "rate_cents",
    },
    {}, (), "Grundleistungen nach §§ 3, 3a AsylbLG",
)  # fmt: skip
ANALOGOUS_RATES = LawTable(
    "sgbxii_regelbedarf", "regelbedarfsstufe", "need_stage", {"monthly_eur": "rate_cents"}, {}, (),
    "Regelbedarfe nach der Anlage zu § 28 SGB XII",
)  # fmt: skip
AGH_ALLOWANCE = LawTable(
    "agh_allowance", "scheme", "scheme", {"hourly_allowance_eur": "rate_cents"}, {},
    ("legal_basis", "higher_costs_rule", "applies_to_grundleistung_3", "applies_to_analog_2", "notes"),
    "Aufwandsentschädigung nach § 5 Abs. 2 AsylbLG",
)  # fmt: skip
INCOME_ALLOWANCE = LawTable(
    "income_allowance", "regime", "regime", {"volunteer_exempt_eur_per_month": "volunteer_exempt_cents"},
    {"pct_of_earned_income": "percent", "cap_pct": "cap_percent"},
    ("pct_base", "cap_reference", "further_deductions", "agh_allowance_is_income", "rule_paraphrase"),
    "Freibeträge bei Erwerbseinkommen (§ 7 AsylbLG, § 82 SGB XII)",
)  # fmt: skip
MARGINAL_THRESHOLD = LawTable(
    "minijob_threshold", "", "", {"monthly_eur": "threshold_cents"}, {}, (),
    "Geringfügigkeitsgrenze nach § 8 SGB IV",
)  # fmt: skip

LAW_TABLES = (BASIC_RATES, ANALOGOUS_RATES, AGH_ALLOWANCE, INCOME_ALLOWANCE, MARGINAL_THRESHOLD)
OWN = "eigene"  # the folder of a county's own rows, in its folder of the law
OWN_ROW = " (eigene Zeile des Kreises)"  # ends the source of such a row, wherever it is shown
AGH_SCHEME = "AGH_5"
# How `higher_costs_rule` begins where the Act knows no proven expenses; a table in English said "none".
NO_EXPENSES = r"^(?:keine|none)\b"
BASIC_REGIME, ANALOGOUS_REGIME = "GRUND_3", "ANALOG_2"


def law_file(table: str, source: str) -> str:
    """Where the law row with this source stands, below a county's folder.

    >>> law_file("minijob_threshold", "§ 8 SGB IV"), law_file("minijob_threshold", f"BAnz{OWN_ROW}")
    ('inputs/law/minijob_threshold.csv', 'inputs/law/eigene/minijob_threshold.csv')
    """
    return f"inputs/law/{OWN}/{table}.csv" if source.endswith(OWN_ROW) else f"inputs/law/{table}.csv"


@dataclass(frozen=True)
class LawInForce:
    """What a table says on a day, and how far it reaches."""

    table: LawTable
    rows: tuple[dict[str, Any], ...]  # in force on the day, in the order of their keys; amounts in cents
    known_until: dict[object, date | None]  # every key with the last day that a row covers; None: still in force
