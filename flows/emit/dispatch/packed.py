"""Letters and packages as bytes: the same letter and files give the same bytes."""

import hashlib
import io
import mimetypes
import zipfile
from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from schemas.dispatch import Attachment, Letter, Package

_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
}


def content(attachment: Attachment) -> bytes:
    """What an attachment holds."""
    return attachment.source if isinstance(attachment.source, bytes) else attachment.source.read_bytes()


def mail(letter: Letter) -> bytes:
    """The letter as a draft that a mail program opens (.eml, RFC 5322): without sender and date, which that program knows."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(letter.subject.split())
    if letter.address is not None:
        user, _, domain = letter.address.rpartition("@")
        message["To"] = Address(letter.recipient, user, domain)
    message["X-Unsent"] = "1"  # else Outlook would show it as one that was received
    message.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    digest = hashlib.sha256(letter.text.encode())
    for attachment in letter.attachments:
        data = content(attachment)
        digest.update(hashlib.sha256(data).digest())
        maintype, _, subtype = _type(attachment.name).partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, filename=attachment.name)
    if message.is_multipart():
        message.set_boundary(f"=_{digest.hexdigest()[:40]}")
    return message.as_bytes()


def archive(package: Package) -> bytes:
    """The package as a ZIP."""
    return zipped((entry.name, content(entry)) for entry in package.files)


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files as a ZIP without a clock in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as found:
        for name, data in files:
            found.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _type(name: str) -> str:
    ending = name[name.rfind(".") :].lower()
    return _TYPES.get(ending) or mimetypes.types_map.get(ending) or "application/octet-stream"
