"""Figures in tables of Markdown, and the files that hold them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from geomapclip.errors import DataError
from geomapclip.metrics import Figure
from geomapclip.writing import replacing


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown whose first column stands left, the others right."""
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def percent(figure: Figure) -> str:
    """A share as "48.1 [46.3, 49.9]"."""
    return _with_interval(figure, lambda share: f"{share * 100:.1f}")


def whole(figure: Figure) -> str:
    """A number as "1,764 [1,650, 1,880]"."""
    return _with_interval(figure, lambda number: f"{number:,.0f}")


def number(figure: Figure) -> str:
    """A number near 1 as "0.48 [0.46, 0.50]"."""
    return _with_interval(figure, lambda number: f"{number:.2f}")


def write_report(folder: Path, name: str, markdown: str, json: str) -> None:
    """Write ``name.md`` and ``name.json``, each whole or not at all.

    Raises:
        DataError: The folder cannot be written.
    """
    try:
        for suffix, content in ((".md", markdown), (".json", json)):
            with replacing(folder / (name + suffix)) as temporary:
                temporary.write_text(content, encoding="utf-8")
    except OSError as error:
        raise DataError("out", str(folder), f"cannot be written ({error})") from error


def _with_interval(figure: Figure, text: Callable[[float], str]) -> str:
    return f"{text(figure.value)} [{text(figure.low)}, {text(figure.high)}]"
