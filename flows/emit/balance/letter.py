"""What letters about money share: who writes to whom, and the words around the table."""

from collections.abc import Sequence
from datetime import date

from flows.emit.pdf.typesetting import typeset
from flows.emit.wording.words import contact_line
from schemas.months import german_date
from schemas.programme.parties import Municipality
from schemas.programme.programme import Programme


def letter(
    programme: Programme,
    member: Municipality,
    on: date,
    *,
    subject: str,
    facts: Sequence[tuple[str, str]],
    opening: Sequence[str],
    heading: Sequence[str],
    rows: Sequence[Sequence[str]],
    totals: Sequence[Sequence[str]],
    figures: int,
    closing: Sequence[str],
    confirmation: dict[str, object] | None = None,
) -> bytes:
    """The PDF; the widest column of its table is the second. The same content gives the same bytes."""
    county, address = programme.programme.county, programme.accounting.county_address
    own = [
        ("Datum", german_date(on)),
        ("Personenkonto", member.debtor),
        ("AGS", member.ags),
        ("Auskunft", address.contact),
        ("Telefon", address.phone),
        ("E-Mail", address.email),
    ]
    content: dict[str, object] = {
        "county": county,
        "sender": f"{address.street} · {address.postcode} {address.city}",
        "recipient": [member.name, member.street, f"{member.postcode} {member.city}"],
        "facts": [list(fact) for fact in (*facts, *own)],
        "subject": subject,
        "programme": programme.programme.title,
        "foot": f"{subject} · {county}",
        "opening": list(opening),
        "widths": ["rest" if column == 1 else "auto" for column in range(len(heading))],
        "heading": list(heading),
        "rows": [list(row) for row in rows],
        "totals": [list(row) for row in totals],
        "figures": figures,
        "closing": [*closing, f"Fragen beantwortet: {contact_line(programme)}"],
        "confirmation": confirmation,
    }
    return typeset("balance", content, on)
