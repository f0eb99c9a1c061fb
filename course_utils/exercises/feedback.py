"""Until every importer has moved: the old place of `course_utils.checks.feedback`."""

from course_utils.checks.feedback import (  # noqa: F401
    COLOURS,
    CORRECT,
    INK,
    NOT_STARTED,
    NOT_YET,
    PAPER,
    STOPPED,
    VERDICT,
    Feedback,
    Hint,
    Solution,
)
