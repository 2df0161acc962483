"""Tables as the commands print them: folded to a terminal's width; elsewhere one line a row, however wide."""

from collections.abc import Sequence

from tools.cli.output import current

WIDEST = 10_000


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, left: Sequence[str]) -> None:
    """Print a table without lines; the columns named in `left` are set left, the others right."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    console = current().console
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        table.add_column(Text(title), overflow="fold", justify="left" if title in left else "right")
    for row in rows:
        table.add_row(*map(Text, row))
    if not console.is_terminal:
        needed = Measurement.get(console, console.options.update(max_width=WIDEST), table).maximum
        console = Console(file=console.file, width=max(needed, console.width), highlight=False)
    console.print(table)
