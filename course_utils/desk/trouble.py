"""The one exception that the commands turn into a message."""


class Trouble(Exception):
    """Something a learner has to know: what was expected, what came, what to do next.

    The command prints the message without a traceback and ends with a code other than 0.
    """


class NoNetwork(Trouble):
    """Nothing could be downloaded; who has an older version may go on with it."""


class FullDisk(Trouble):
    """There is no room left; whoever catches it gives back what it can."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full: the course needs about 2 GB, also where temporary files go.\n"
            "Free some space, then type the same command again."
        )
