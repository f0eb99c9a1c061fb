"""Pictures of lesson 02: in which tensors the parameters are."""

from course_utils.lessons.parameters.table import LenetSizes, ParameterTable, ParameterTensor
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BIAS, INK, PAPER, QUIET, WEIGHT
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import by

ROW = 25.0
FULL = 430.0  # length of a bar of 100 %
KINDS = {
    "convolution": "convolutions",
    "fully connected": "fully connected",
    "other": "other layers",
}
# Left edges of the columns, then right edges of the two columns of numbers.
_LAYER, _KIND, _SIZE, _BAR, _NUMBERS, _BEFORE = 12, 92, 152, 262, 850, 960


def draw_parameters(table: ParameterTable) -> Picture:
    """A bar for each parameter tensor, its length the tensor's share of all numbers."""
    sheet = Drawing(_NUMBERS + 20, _height(table))
    _draw_table(sheet, table, top=30)
    return Picture(_table_sentence(table), svg=sheet.svg())


def draw_sizes(sizes: LenetSizes) -> Picture:
    """The same bars for a network of other sizes, beside the numbers of the lesson's `Net`."""
    table, before = sizes.table, LenetSizes().table
    sheet = Drawing(_BEFORE + 20, _height(table) + 30)
    sheet.words(_LAYER, 22, _describe_sizes(sizes), size=14, bold=True, align="start")
    sheet.words(_BEFORE, 60, "in Net", size=12, fill=QUIET, align="end")
    _draw_table(sheet, table, top=60)
    for (y, row), old in zip(_row_tops(table, 60), before, strict=True):
        changed = row.numbers != old.numbers
        says = f"{'≠' if changed else '='} {old.numbers:,}"
        sheet.words(_BEFORE, y + 16, says, 13, INK if changed else QUIET, changed, align="end")
    changes = [
        f"{row.name} {row.numbers:,} ({old.numbers:,})"
        for row, old in zip(table, before, strict=True)
        if row.numbers != old.numbers
    ]
    compared = (
        f"Different from Net (its numbers in brackets): {', '.join(changes)}."
        if changes
        else "All as in Net."
    )
    description = f"{_describe_sizes(sizes)}. {_table_sentence(table)} {compared}"
    return Picture(description, svg=sheet.svg(), captioned=True)


def _describe_sizes(sizes: LenetSizes) -> str:
    return (
        f"INPUT 1×{sizes.image}×{sizes.image} → {sizes.conv1} channels → {sizes.conv2} channels, "
        f"S4 {sizes.conv2}×{sizes.side}×{sizes.side} = {sizes.features:,} → {sizes.fc1} → 84 → 10"
    )


def _row_tops(table: ParameterTable, top: float) -> list[tuple[float, ParameterTensor]]:
    """The top of each row; a layer's tensors stand close together."""
    y, placed, layer = top + 8, [], None
    for row in table:
        y += 9 if layer not in (None, row.layer) else 0
        placed.append((y, row))
        y, layer = y + ROW, row.layer
    return placed


def _kinds(table: ParameterTable) -> list[str]:
    return [kind for kind in KINDS if kind in table.by_kind]


def _height(table: ParameterTable) -> float:
    layers = len({row.layer for row in table})
    return 70 + ROW * (len(table) + 1 + len(_kinds(table))) + 9 * layers


def _draw_table(sheet: Drawing, table: ParameterTable, top: float) -> None:
    heads = ((_LAYER, "layer"), (_SIZE, "size"), (_BAR, "share of all numbers"))
    for x, head in heads:
        sheet.words(x, top, head, size=12, fill=QUIET, align="start")
    sheet.words(_NUMBERS, top, "numbers", size=12, fill=QUIET, align="end")
    y, last = top + 8, None
    for y, row in _row_tops(table, top):
        first, last = row.layer != last, row.layer
        _draw_row(sheet, y, row, table, first)
        y += ROW
    y += 12
    sheet.line(_LAYER, y, _NUMBERS, y)
    for kind in _kinds(table):
        y += ROW
        numbers = table.by_kind[kind]
        sheet.words(_LAYER, y - 5, KINDS[kind], size=13, bold=True, align="start")
        _draw_bar(sheet, y - 21, table.share(numbers), INK, INK)
        sheet.words(_NUMBERS, y - 5, f"{numbers:,}", size=13, align="end")
    y += ROW
    sheet.words(_LAYER, y - 3, "sum", size=13, bold=True, align="start")
    sheet.words(_NUMBERS, y - 3, f"{table.total:,}", size=13, bold=True, align="end")


def _draw_row(sheet: Drawing, y, row: ParameterTensor, table: ParameterTable, first: bool) -> None:
    if first:
        sheet.words(_LAYER, y + 16, row.layer, size=13, bold=True, align="start")
    sheet.words(_KIND, y + 16, row.name.rpartition(".")[2], size=13, align="start")
    size = by(row.shape)
    sheet.words(_SIZE, y + 16, size, size=13, fill=QUIET, align="start")
    bias = row.name.endswith("bias")
    _draw_bar(sheet, y, table.share(row.numbers), PAPER if bias else WEIGHT, BIAS)
    sheet.words(_NUMBERS, y + 16, f"{row.numbers:,}", size=13, align="end")


def _draw_bar(sheet: Drawing, y: float, share: float, fill: str, stroke: str) -> None:
    length = max(FULL * share / 100, 1)
    sheet.box(_BAR, y + 3, length, ROW - 8, fill=fill, stroke=stroke)
    sheet.words(_BAR + length + 7, y + 16, _percent(share), size=13, align="start")


def _percent(share: float) -> str:
    if 0 < share < 0.005:
        return "under 0.01 %"
    return f"{share:.1f} %" if share >= 0.05 else f"{share:.2f} %"


def _table_sentence(table: ParameterTable) -> str:
    if not table.total:
        return "This network has no parameters."
    largest = max(table, key=lambda row: row.numbers)
    kinds = ", ".join(
        f"{KINDS[kind]} {table.by_kind[kind]:,} ({_percent(table.share(table.by_kind[kind]))})"
        for kind in _kinds(table)
    )
    return (
        f"{len(table)} tensors hold {table.total:,} numbers. The largest, {largest.name}, holds "
        f"{largest.numbers:,} ({_percent(table.share(largest.numbers))}). By kind: {kinds}."
    )
