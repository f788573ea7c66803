"""What letters of a month say: of what is taken back, what each enclosed document is, and whom to ask, once."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from flows.emit.dispatch.letters import correction_letter, settlement_letters
from flows.emit.wording.words import reply_sentences
from schemas.documents import Correction
from schemas.findings import findings_frame
from schemas.programme.file import load_programme
from tests.golden.books import reversals
from tests.unit.test_bookings import DUEREN, EXAMPLE, JUELICH

PROGRAMME = load_programme(Path("inputs/dueren"))
# Düren's invoice 0001 of 10,200.35 and Jülich's credit 0002 of 1,234.56; taken back are an invoice and a credit of December.
BACK = reversals(
    ("VP-2025-0003", "VP-2024-0007", "Falsche Anschrift", DUEREN, "premium", "2024-12", -250_00),
    ("VP-2025-0004", "VP-2024-0008", "Falsche Anschrift", JUELICH, "premium", "2024-12", 20_00),
)
CORRECTED = pl.DataFrame(
    [(DUEREN, "VP-2024-0007", date(2025, 1, 15), True), (JUELICH, "VP-2024-0008", date(2025, 1, 15), True)],
    schema=EXAMPLE.corrected.schema, orient="row",
)  # fmt: skip


def letters(folder: Path) -> dict[str, str]:
    """AGS → text of its letter."""
    for name, numbers in ((f"{DUEREN}-dueren", (1, 3)), (f"{JUELICH}-juelich", (2, 4))):
        own = folder / "Kommunen" / name
        own.mkdir(parents=True)
        (own / f"Abrechnung-{name[:8]}-2025-01.xlsx").touch()
        for number in numbers:
            for ending in ("xml", "pdf"):
                (own / f"VP-2025-{number:04d}.{ending}").touch()
    found = settlement_letters(replace(EXAMPLE, corrected=CORRECTED), PROGRAMME, BACK, folder)
    return {letter.file[:8]: letter.text for letter in found}


def test_a_letter_tells_what_is_taken_back_and_what_follows(tmp_path: Path) -> None:
    """Approved on 15 February 2025: due by 17 March. Premiums of December are in both documents anew."""
    told = letters(tmp_path)
    assert (
        "Unsere Rechnung VP-2024-0007 vom 15.01.2025 über 250,00 € haben wir mit dem Storno VP-2025-0003 in voller Höhe zurückgenommen. "
        "Grund: Falsche Anschrift. Was davon weiterhin gilt, ist in dieser Abrechnung neu enthalten. Haben Sie sie schon bezahlt, "
        "erhalten Sie den Betrag bis zum 17.03.2025 zurück"
    ) in told[DUEREN]
    assert "VP-2024-0008" not in told[DUEREN]
    assert "Haben Sie das Guthaben schon erhalten, zahlen Sie es bitte bis zum 17.03.2025 zurück; sonst entfällt es." in told[JUELICH]  # fmt: skip


def test_each_enclosed_document_is_called_what_it_is(tmp_path: Path) -> None:
    told = letters(tmp_path)
    for line in (
        "- Abrechnung-05358008-2025-01.xlsx: Abrechnung mit Brief und Nachweisen",
        "- VP-2025-0001.pdf: Lesefassung der Rechnung", "- VP-2025-0001.xml: E-Rechnung (XRechnung)",
        "- VP-2025-0003.pdf: Lesefassung des Stornos", "- VP-2025-0003.xml: Storno als E-Rechnung (XRechnung)",
    ):  # fmt: skip
        assert line in told[DUEREN].splitlines()
    assert "- VP-2025-0002.pdf: Lesefassung der Gutschrift" in told[JUELICH].splitlines()


def test_who_answers_questions_is_told_once() -> None:
    correction = Correction(
        "a.xlsx", "a.xlsx", Path("a.xlsx"), findings_frame([]), reply_sentences(PROGRAMME, "2025-01")
    )
    text = correction_letter(correction, b"", DUEREN, "2025-01", PROGRAMME).text
    assert text.count("Fragen beantwortet: ") == 1
    assert text.endswith("Mit freundlichen Grüßen\nKreis Düren\n")
