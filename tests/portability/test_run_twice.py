"""A cell that is run twice in a row shows what is stored, or the text beside it says what changes.

Learners do so all the time. Widgets apart, every output of the second run is compared.
"""

import pytest

from tests.support.claims import claims_of
from tests.support.lessons import PATHS, nothing_in, read
from tests.support.machines import Machine, differences, replay

TWICE = Machine(says={}, options=["--twice"])

ONE_MORE = ("no-grad-meaning", "Each run of the next cell is one more step.")
FADED = ("before-meaning", "A second run of this cell alone goes on with a rate of 0")
CHANGES: dict[str, dict[str, tuple[str, str]]] = {
    "05_update": {"second-loss": ONE_MORE},
    "07_train": dict.fromkeys(("loop", "first-epoch", "curves", "gap"), FADED),
}
"""What may differ: by lesson and code cell, the text cell and its words that say so."""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    return replay(TWICE, PATHS, tmp_path_factory.mktemp("twice"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_cell_run_twice_shows_what_is_stored(path, shown):
    said = CHANGES.get(path.stem, {})
    for place in said.values():
        claims_of(path.stem)(*place)
    found = [line.split(": ", 1) for line in differences(read(path), shown[path.stem])]
    nothing_in(f"{cell}: {what}" for cell, what in found if cell not in said)
    assert set(said) <= {cell for cell, _ in found}, "listed without need"
