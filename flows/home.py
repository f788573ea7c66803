"""The folder of a county: its programmes, returns, own law and results, apart from the files of this program."""

import os
from pathlib import Path

from schemas.refusal import Refusal

HOME = "PLACEMENT_PREMIUM_HOME"  # names the folder where no option does
INPUTS, OUTPUTS, LAW = "inputs", "outputs", "law"
_ROOM = Path(__file__).parent


def found_home(given: Path | None) -> Path:
    """The county's folder: the one that was named, else the environment's, else the one somebody stands in.

    Refusal where the named one is not there, or where the environment names another one than the county's folder that
    somebody stands in: nobody is to settle in a folder that they do not see.
    """
    here = Path()
    if given is not None:
        if not given.is_dir():
            raise Refusal("home-missing", folder=given)
        return given
    named = os.environ.get(HOME)
    if not named:
        return here
    if not Path(named).is_dir():
        raise Refusal("home-named-missing", variable=HOME, folder=named)
    if begun(here) and not here.samefile(named):
        raise Refusal("home-twice", here=here.absolute(), variable=HOME, folder=named)
    return Path(named)


def begun(folder: Path) -> bool:
    """Whether a county has begun here: a programme file lies in the inputs."""
    return any((folder / INPUTS).glob("*/programme.toml"))


def shipped() -> Path:
    """The inputs that came with this program, law and samples: packed beside the flows, or those of the checkout."""
    packed = _ROOM / "shipped"
    return packed if packed.is_dir() else _ROOM.parent / INPUTS
