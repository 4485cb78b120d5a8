"""Tables in Markdown, and putting text between two markers of a page."""

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, the others to the right; columns padded, so that the text can be read as it is."""
    lines = [list(header), *map(list, rows)]
    if any(len(line) != len(header) for line in lines):
        raise ValueError("a row has another number of columns than the header")
    widths = [max(3, *(len(line[column]) for line in lines)) for column in range(len(header))]

    def written(line: Sequence[str]) -> str:
        first, *others = zip(line, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
        return "| " + " | ".join(cells) + " |"

    rule = "|" + "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])]) + "|"
    return "\n".join([written(lines[0]), rule, *map(written, lines[1:])])


def between(page: str, name: str, text: str) -> str:
    """The page with what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->` replaced.

    Raises ValueError unless each marker stands there once, the beginning before the end.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise ValueError(f"the page has no place between '{begin}' and '{end}', or more than one")
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}"
