"""Findings W02 and W03: what the calculation finds odd, put at the cell of the return it came from."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from schemas.documents import ReturnState
from schemas.findings import Finding, finding, findings_frame
from schemas.intake import Intake
from schemas.money import euros
from schemas.programme.programme import Programme
from schemas.returns import BENEFITS


def with_doubts(intake: Intake, doubts: pl.DataFrame, programme: Programme) -> Intake:
    """The intake with a warning for every doubt (results.DOUBTS) about one of its accepted rows."""
    warnings = findings_frame(_warnings(intake, doubts, programme))
    return replace(intake, findings=pl.concat([intake.findings, warnings]))


def _warnings(intake: Intake, doubts: pl.DataFrame, programme: Programme) -> Iterator[Finding]:
    accepted = {entry.sha256: entry for entry in intake.submissions if entry.state == ReturnState.ACCEPTED}
    column = BENEFITS.column("paid_cents")
    for row in doubts.iter_rows(named=True):
        entry = accepted[row["file_sha256"]]
        _, letters = (entry.layout or {})[BENEFITS.name]
        yield finding(
            row["code"],
            file=entry.file,
            ags=entry.ags or "",
            sheet=row["sheet"],
            cell=f"{letters[column.name]}{row['row']}",
            column=column.title,
            value=euros(row["paid_cents"]),
            **_words(row, programme),
        )


def _words(row: dict[str, Any], programme: Programme) -> dict[str, str]:
    if row["code"] == "W02":
        basis = f"Bedarf {euros(row['need_cents'])}"
        if row["counted_cents"]:
            basis += f", davon {euros(row['counted_cents'])} durch anzurechnenden Lohn gedeckt"
        entitled = euros(row["need_cents"] - row["counted_cents"])
        return {"paid": euros(row["paid_cents"]), "entitled": entitled, "basis": basis}
    assert programme.savings is not None
    return {
        "reported": euros(row["saved_benefit_reported_cents"]),
        "statutory": euros(row["saved_benefit_statutory_cents"]),
        "difference": euros(row["difference_cents"]),
        "tolerance": euros(programme.savings.tolerance_cents),
    }
