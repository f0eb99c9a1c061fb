"""Picture of lesson 02: in which tensors the parameters are."""

from course_utils.lessons.parameters.table import LenetSizes, ParameterTable, ParameterTensor
from course_utils.pictures.picture import Picture
from course_utils.pictures.style import BIAS, INK, PAPER, QUIET, VERMILION, WEIGHT
from course_utils.pictures.svg import Drawing
from course_utils.pictures.words import by

WIDTH = 880
TOP = 66.0
ROW = 25.0
FULL = 380.0  # length of a bar of 100 %
# Left edges of the columns, then right edges of the two columns of numbers.
_LAYER, _KIND, _SIZE, _BAR, _NUMBERS, _BEFORE = 10, 78, 138, 238, 778, 872


def draw_sizes(sizes: LenetSizes, chosen: str = "fc1.weight") -> Picture:
    """A bar for each parameter tensor, its length the tensor's share of all numbers.

    Beside it the number in the lesson's `Net`, and whether it differs. The tensor with the name
    `chosen` is outlined, and its number worked out.
    """
    table, before = sizes.table, LenetSizes().table
    sheet = Drawing(WIDTH, _kinds_top(table) + 3 * ROW + 14)
    sheet.words(_LAYER, 22, _describe_sizes(sizes), size=14, bold=True, align="start")
    _draw_heads(sheet)
    layer = ""
    for y, row, old in zip(_row_tops(table), table, before, strict=True):
        if row.layer != layer:
            sheet.words(_LAYER, y + 16, row.layer, size=14, bold=True, align="start")
        layer = row.layer
        _draw_row(sheet, y, row, table, row.name == chosen)
        sheet.region(4, y, WIDTH - 8, ROW, row.name, values={"tensor": row.name})
        changed = row.numbers != old.numbers
        says = f"{'≠' if changed else '='} {old.numbers:,}"
        sheet.words(_BEFORE, y + 16, says, 14, INK if changed else QUIET, changed, align="end")
    _draw_kinds(sheet, table)
    told = (_describe_sizes(sizes) + ".", _table_sentence(table), _product(table, chosen))
    description = " ".join([*told, _compare(table, before)])
    return Picture(description, svg=sheet.svg(), captioned=True, regions=sheet.regions)


def _describe_sizes(sizes: LenetSizes) -> str:
    return (
        f"INPUT 1×{sizes.image}×{sizes.image} → {sizes.conv1} channels → {sizes.conv2} channels, "
        f"S4 {sizes.conv2}×{sizes.side}×{sizes.side} = {sizes.features:,} → {sizes.fc1} → 84 → 10"
    )


def _row_tops(table: ParameterTable) -> list[float]:
    """The top of each row; the two tensors of a layer stand close together."""
    return [TOP + 8 + ROW * i + 9 * (i // 2) for i in range(len(table.rows))]


def _kinds_top(table: ParameterTable) -> float:
    return _row_tops(table)[-1] + ROW + 12


def _draw_heads(sheet: Drawing) -> None:
    for x, head in ((_LAYER, "layer"), (_SIZE, "size"), (_BAR, "share of all numbers")):
        sheet.words(x, TOP, head, size=13, fill=QUIET, align="start")
    for x, head in ((_NUMBERS, "numbers"), (_BEFORE, "in Net")):
        sheet.words(x, TOP, head, size=13, fill=QUIET, align="end")


def _draw_row(
    sheet: Drawing, y: float, row: ParameterTensor, table: ParameterTable, is_chosen: bool
) -> None:
    kind = row.name.rpartition(".")[2]
    sheet.words(_KIND, y + 16, kind, size=14, bold=is_chosen, align="start")
    sheet.words(_SIZE, y + 16, by(row.shape), size=14, fill=QUIET, align="start")
    fill, thick = PAPER if kind == "bias" else WEIGHT, 4 if is_chosen else 1
    _draw_bar(sheet, y, table.share(row.numbers), fill, VERMILION if is_chosen else BIAS, thick)
    sheet.words(_NUMBERS, y + 16, f"{row.numbers:,}", size=14, bold=is_chosen, align="end")


def _draw_kinds(sheet: Drawing, table: ParameterTable) -> None:
    y = _kinds_top(table)
    sheet.line(_LAYER, y, _BEFORE, y)
    for kind, numbers in table.by_kind.items():
        y += ROW
        sheet.words(_LAYER, y - 5, kind, size=14, bold=True, align="start")
        _draw_bar(sheet, y - 21, table.share(numbers), INK, INK)
        sheet.words(_NUMBERS, y - 5, f"{numbers:,}", size=14, align="end")
    sheet.words(_LAYER, y + 22, "sum", size=14, bold=True, align="start")
    sheet.words(_NUMBERS, y + 22, f"{table.total:,}", size=14, bold=True, align="end")


def _draw_bar(
    sheet: Drawing, y: float, share: float, fill: str, stroke: str, thick: float = 1
) -> None:
    length = max(FULL * share / 100, 1)
    sheet.box(_BAR, y + 3, length, ROW - 8, fill=fill, stroke=stroke, thick=thick)
    sheet.words(_BAR + length + 7, y + 16, _percent(share), size=14, align="start")


def _percent(share: float) -> str:
    if share < 0.005:
        return "under 0.01 %"
    return f"{share:.1f} %" if share >= 0.05 else f"{share:.2f} %"


def _table_sentence(table: ParameterTable) -> str:
    largest = max(table, key=lambda row: row.numbers)
    kinds = ", ".join(
        f"{kind} {numbers:,} ({_percent(table.share(numbers))})"
        for kind, numbers in table.by_kind.items()
    )
    return (
        f"10 tensors hold {table.total:,} numbers. The largest, {largest.name}, holds "
        f"{largest.numbers:,} ({_percent(table.share(largest.numbers))}). By kind: {kinds}."
    )


def _product(table: ParameterTable, chosen: str) -> str:
    row = next(row for row in table if row.name == chosen)
    product = " · ".join(map(str, row.shape))
    return (
        f"{chosen}: {product} = {row.numbers:,}." if len(row.shape) > 1 else f"{chosen}: {product}."
    )


def _compare(table: ParameterTable, before: ParameterTable) -> str:
    changes = [
        f"{row.name} {row.numbers:,} ({old.numbers:,})"
        for row, old in zip(table, before, strict=True)
        if row.numbers != old.numbers
    ]
    if not changes:
        return "All as in Net."
    return f"Different from Net (its numbers in brackets): {', '.join(changes)}."
