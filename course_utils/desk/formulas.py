"""TeX formulas as MathML, which browsers draw without a script, or a sentence that says why not."""

import re
from itertools import pairwise
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from docutils.utils.math.latex2mathml import tex2mathml

PAIRS = {  # what opens and what closes, where no backslash stands before it
    "a brace": (r"(?<!\\)(?:\\\\)*\{", r"(?<!\\)(?:\\\\)*\}"),
    r"\left": (r"\\left(?![A-Za-z])", r"\\right(?![A-Za-z])"),
}
STRETCHED = re.compile(r"\\(?:(?:over|under)(?!set)|wide)[a-z]+")  # too short in most fonts
APPLY = "\u2061"  # the invisible sign after the name of a function
OPENING = ("(", "[", "{", "|")
NAMESPACE = ' xmlns="http://www.w3.org/1998/Math/MathML"'  # HTML knows <math> without it


def mathml(tex: str, block: bool = False) -> str:
    r"""Return a TeX formula as a `<math>` element.

    Args:
        tex: Without the dollar signs around it.
        block: Whether it stands on a line of its own.

    Raises:
        ValueError: The formula has a command that is not known, or is incomplete.

    Example:
        >>> mathml(r"\frac{1}{n}")
        '<math><mfrac><mn>1</mn><mi>n</mi></mfrac></math>'
        >>> mathml(r"\unheard{x}")
        Traceback (most recent call last):
        ...
        ValueError: Unknown LaTeX command "\unheard".
    """
    if not tex.strip():
        raise ValueError("it is empty.")
    _check_pairs(tex)
    try:
        text = tex2mathml(tex, as_block=block)
    except Exception as error:  # for what it does not expect, such as a lone &, of any type
        known = type(error).__name__ == "MathError"
        raise ValueError(str(error) if known else "it cannot be read as one.") from error
    if found := STRETCHED.search(tex):
        raise ValueError(f"{found[0]} is drawn too short where a font for formulas is missing.")
    root = ElementTree.fromstring(text.replace(NAMESPACE, "").replace("&ApplyFunction;", APPLY))
    _strip_indents(root)
    _mend_accents(root)
    _space_functions(root)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False)


def _check_pairs(tex: str) -> None:
    """Docutils lets some pass that miss their partner."""
    for name, (opening, closing) in PAIRS.items():
        if (opened := len(re.findall(opening, tex))) != (closed := len(re.findall(closing, tex))):
            raise ValueError(f"{name} is opened {opened} times and closed {closed} times.")


def _strip_indents(root: Element) -> None:
    for element in root.iter():
        if len(element):
            element.text = None
        element.tail = None


def _mend_accents(root: Element) -> None:
    r"""Put the n of `\hat{y}_n` beside the hat's letter; docutils puts it underneath."""
    for element in list(root.iter("munderover")):
        base, below, above = element
        if above.get("stretchy") == "false" or above.get("accent") == "true":
            for child in (base, below, above):
                element.remove(child)
            element.tag = "msub"
            accented = SubElement(element, "mover", accent="true")
            accented.extend([base, above])
            element.append(below)


def _space_functions(root: Element) -> None:
    r"""Leave a thin space between a function's name and what it is applied to, but not before (."""
    for parent in root.iter():
        for applied, next_one in pairwise(parent):
            if applied.text == APPLY and next_one.text not in OPENING:
                applied.set("rspace", "0.167em")
