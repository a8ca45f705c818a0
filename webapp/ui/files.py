"""Files that the page hands out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from webapp.export import Export


def served(export: Export) -> Iterator[str]:
    """Path of a file while Gradio copies it into its cache, where it is deleted as uploads are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, export.name)
        path.write_bytes(export.content)
        yield str(path)
