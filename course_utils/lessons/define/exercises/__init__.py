"""The exercises of the lesson, one a file."""

from course_utils.lessons.define.exercises.call_or_forward import call_or_forward
from course_utils.lessons.define.exercises.colour_net import colour_net
from course_utils.lessons.define.exercises.conv_size import conv_size
from course_utils.lessons.define.exercises.fc1_features import fc1_features
from course_utils.lessons.define.exercises.network import network

__all__ = ["call_or_forward", "colour_net", "conv_size", "fc1_features", "network"]
