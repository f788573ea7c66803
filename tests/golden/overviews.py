"""A finance overview of a programme with a carrier: three runs, the second of which takes more back than it charges."""

from datetime import date
from typing import Any

import polars as pl

from flows.compute.finance import finance
from schemas.documents import DOCUMENTS, RECEIVED, Overview
from schemas.findings import findings_frame
from schemas.guarantee import BALANCES, GUARANTEED, Neutrality
from schemas.results import CORRECTIONS, empty, frame_schema
from tests.golden import samples
from tests.golden.books import books, postings, taken_in

MONTHS = ("2016-03", "2016-04", "2016-05")

# March: 500.00 and the start-up contribution; April takes 300.00 of March back; May charges 1,110.40.
CARRIER_BOOKS = books(
    MONTHS,
    postings(
        ("2016-03", samples.DUEREN, "premium", "2016-03", 500_00, 1),
        ("2016-03", samples.DUEREN, "start_up", "2016-03", 10_000_00, 1),
        ("2016-04", samples.DUEREN, "premium", "2016-03", -300_00, 1),
        ("2016-05", samples.DUEREN, "premium", "2016-05", 1_110_40, 1),
    ),
    taken_in(*((samples.DUEREN, month, True) for month in MONTHS)),
)


# Charged to date beside saved to date; in April the cases together had cost more than they saved.
GUARANTEED_MONTHS = GUARANTEED.validate(
    pl.DataFrame(
        [
            (samples.DUEREN, "", "2016-03", 500_00, 694_00),
            (samples.DUEREN, "", "2016-04", 0, -200_00),
            (samples.DUEREN, "", "2016-05", 1_110_40, 1_388_00),
        ],
        schema=frame_schema(GUARANTEED),
        orient="row",
    )
)


def premium_overview(**changes: Any) -> Overview:
    """May 2016: one premium of 1,110.40; the carrier gets 1,110.40 − 300.00 = 810.40."""
    premium = samples.line(
        settled_in="2016-05", service_month="2016-05", ags=samples.DUEREN, case_id="DN-2016-0001", kind="premium",
        reference="", provider_kind=None, unit="month", rate_cents=None, sheet="Vermittlungen",
        cost_cents=1_110_40, computed_cents=1_110_40, delta_cents=1_110_40,
    )  # fmt: skip
    document = {
        "ags": samples.DUEREN, "kind": "invoice", "number": "VP-2016-0031", "total_cents": 1_110_40,
        "document_date": date(2016, 6, 15), "due_date": date(2016, 7, 15),
    }  # fmt: skip
    received = {
        "ags": samples.DUEREN, "month": "2016-05", "return_kind": "Erstmeldung", "state": "accepted", "file": "Düren_2016-05.xlsx",
        "file_sha256": samples.HASH, "reported_on": date(2016, 6, 4), "confirmed_by": "H. Lorenz",
    }  # fmt: skip
    fields: dict[str, Any] = {
        "programme": samples.PREMIUMS, "month": "2016-05", "draft": False, "document_date": date(2016, 6, 15),
        "drafted_by": "M. Sommer", "approved_by": "K. Winter",
        "documents": DOCUMENTS.validate(pl.DataFrame([document], schema=frame_schema(DOCUMENTS))),
        "lines": samples.lines_frame([premium]),
        "corrections": empty(CORRECTIONS), "closed_differences": empty(CORRECTIONS),
        "received": RECEIVED.validate(pl.DataFrame([received], schema=frame_schema(RECEIVED))),
        "findings": findings_frame([]), "files": {samples.HASH: "Düren_2016-05.xlsx"},
        "finance": finance(CARRIER_BOOKS, samples.PREMIUMS, date(2016, 6, 15)),
        "neutrality": Neutrality(empty(BALANCES), GUARANTEED_MONTHS, ""),
    }  # fmt: skip
    return Overview(**(fields | changes))
