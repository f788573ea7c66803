"""Refusals of the workspace's own pages: a file that is gone, what a page cannot do."""

from schemas.refusals.entry import Entry

WORKSPACE = {
    "received-file-gone": Entry("Die Datei {name:file} liegt nicht im Ordner dieses Monats; vielleicht hat sie schon jemand herausgenommen.", "Bitte die Seite neu laden."),
}  # fmt: skip
