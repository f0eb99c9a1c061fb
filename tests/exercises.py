"""Until every importer has moved: the old place of `tests.support.exercises`."""

from tests.support.exercises import *  # noqa: F403
