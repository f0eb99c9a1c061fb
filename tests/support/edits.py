"""A wrong answer is mostly a right one with a line changed."""


def edited(source: str, *pairs: str) -> str:
    """The source after each `old, new` of the pairs; every `old` must stand in it."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in source, f"{old!r} does not stand in\n{source}"
        source = source.replace(old, new)
    return source
