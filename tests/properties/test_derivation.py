"""Deriving generated cases: every step adds up, and every figure is the settlement's."""

import polars as pl
from hypothesis import given, settings

from flows.commands.wording.explanation import WIDTH, explanation
from flows.compute.explanation.case import derive
from schemas.derivation import CaseHistory, Derivation, ReturnFile, Step
from schemas.guarantee import NO_NEUTRALITY
from schemas.programme.programme import Programme
from schemas.refusal import Refusal
from schemas.returns import BENEFITS, OPPORTUNITIES, PLACEMENTS, Table
from schemas.standing import NOTHING_STANDS
from tests.examples import examples
from tests.properties import engine
from tests.properties.strategies import MODERATE, World, chains, worlds

Row = dict[str, object]


def history(world: World, ags: str, case_id: str) -> CaseHistory:
    """The case as the ledger would give it, with every column of every file where the form has it."""

    def own(table: Table, rows: list[Row]) -> pl.DataFrame:
        return engine.rows_frame(table, [row for row in rows if (row["ags"], row["case_id"]) == (ags, case_id)])

    rows = {"benefits": own(BENEFITS, world.benefits), "placements": own(PLACEMENTS, world.placements)}
    rows["opportunities"] = engine.rows_frame(OPPORTUNITIES, [])
    letters = {
        table.name: {column.name: chr(ord("A") + place) for place, column in enumerate(table.columns)}
        for table in (BENEFITS, PLACEMENTS)
    }
    digests = {digest for frame in rows.values() for digest in frame["file_sha256"]}
    files = {digest: ReturnFile("Meldung.xlsx", digest, "2016-01", "2030-01", True, letters) for digest in digests}
    return CaseHistory(
        ags, "Musterstadt", case_id, "2030-01", (), "2030-01", None, rows, files, (), NOTHING_STANDS, NO_NEUTRALITY
    )


def step(derivation: Derivation, section: str, label: str) -> Step | None:
    """The step of that label that stands in a section itself."""
    entries = [entry for part in derivation.sections if part.title == section for entry in part.entries]
    return next((entry for entry in entries if isinstance(entry, Step) and entry.label == label), None)


SHOWN = {
    "need_cents": ("Bedarf ohne Arbeit", "Bedarf"),
    "relief_cents": ("Einkommen und Freibetrag", "Freibetrag"),
    "saved_benefit_reported_cents": ("Ersparnis im Monat", "Gemeldete Ersparnis"),
    "saved_benefit_statutory_cents": ("Ersparnis im Monat", "Gesetzliche Ersparnis"),
    "saved_cents": ("Ersparnis im Monat", "Ersparnis"),
}
SHOWN_IF_ELIGIBLE = {
    "saved_to_date_cents": ("Prämie", "Ersparnis bis Monatsende"),
    "target_cents": ("Prämie", "Prämienziel"),
    "premium_to_date_cents": ("Prämie", "Prämie bis Monatsende"),
}


@settings(MODERATE, max_examples=examples(20))
@given(worlds() | chains())
def test_derivation_adds_up_to_the_figures_of_the_settlement(world: World) -> None:
    try:
        cases, _ = engine.premiums(world.benefits, world.placements, world.programme)
    except Refusal:
        return
    programme = Programme.model_validate(world.programme)
    for case in cases:
        known = history(world, case["ags"], case["case_id"])
        derivation = derive(known, programme, engine.law(), case["service_month"])
        for figure, (section, label) in (SHOWN | (SHOWN_IF_ELIGIBLE if case["eligible"] else {})).items():
            shown = step(derivation, section, label)
            assert shown is not None, figure
            assert shown.adds_up(), figure
            assert shown.cents == case[figure], figure
        assert derivation.results[-1].cents == case["premium_cents"]
        assert all(len(line) <= WIDTH for line in explanation(derivation))
