"""Where the books are kept: engines, tables, triggers, migrations, frames and the seal.

Doors: `connect.open_ledger` and `ledger.Ledger`; the rest serves the operations and views of this room.
"""
