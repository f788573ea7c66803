"""How the package is built: beside the code it carries law and samples, which a checkout has in `inputs/`."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("law", "dueren", "mittelsachsen")  # and no county's own folder, which may lie beside them


class WithInputs(build_py):
    """The code, and what is shipped of the inputs as `flows/shipped` (`flows.home.shipped`)."""

    def run(self) -> None:
        """Build; an editable package reads the checkout."""
        super().run()
        if self.editable_mode:
            return
        for part in SHIPPED:
            target = Path(self.build_lib, "flows", "shipped", part)
            shutil.copytree(Path("inputs", part), target, ignore=shutil.ignore_patterns("eigene"), dirs_exist_ok=True)


setup(cmdclass={"build_py": WithInputs})
