"""What municipalities and cases are called by."""

from typing import NewType

Ags = NewType("Ags", str)  # Amtlicher Gemeindeschlüssel, 8 digits
CaseId = NewType("CaseId", str)  # Fallnummer, in upper case; unique within a municipality, empty where there is no case
PSEUDONYM = "gelöscht-"  # of a case whose data are erased; no case number begins so: these are in capitals


def typed_case(text: str) -> CaseId:
    """The case that a text typed at a door means, whatever its case.

    >>> typed_case(" lin-201 ")
    'LIN-201'
    """
    return CaseId(text.strip().upper())
