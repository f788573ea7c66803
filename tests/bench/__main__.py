"""Speed, measured in one run and as a ratio where that is fair: `make bench`. Nothing here fails a build.

Every section is a module of this folder with a function `measure`, loaded when its turn comes: a worker process
starts with this module and should not have to load them all.
"""

import sys
from importlib import import_module

SECTIONS = ("command", "whole", "reading", "premiums", "ledger", "growth", "statements", "invoices", "pages")

if __name__ == "__main__":
    for section in sys.argv[1:] or SECTIONS:
        import_module(f"tests.bench.{section}").measure()
