"""Files that the page hands out, and those that a broken upload leaves behind."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import gradio as gr

from webapp.export import Export


def served(export: Export) -> Iterator[str]:
    """Path of a file while Gradio copies it into its cache, where it is deleted as uploads are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, export.name)
        path.write_bytes(export.content)
        yield str(path)


def clear_unfinished(interface: gr.Blocks, every_s: float, age_s: float) -> None:
    """Delete what broken uploads have left, now and again while the page is served.

    Gradio deletes the files that have come in whole (``delete_cache``), and knows of no others.

    Args:
        interface: Is running.
        every_s: How often it is looked for.
        age_s: Seconds since the last byte came in.
    """
    folder = Path(interface.app.uploaded_file_dir)

    def clear() -> None:
        while interface.is_running:
            for path in folder.glob("tmp*"):
                with suppress(OSError):  # it has become whole, or is a folder
                    if time.time() - path.stat().st_mtime > age_s:
                        path.unlink()
            time.sleep(every_s)

    Thread(target=clear, daemon=True).start()
