"""Errors of the project as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from geomapclip.errors import GeoMapCLIPError


@contextmanager
def page_errors() -> Iterator[None]:
    """Show a `GeoMapCLIPError` as a message of the page, without a stack trace."""
    try:
        yield
    except GeoMapCLIPError as error:
        raise gr.Error(str(error), print_exception=False) from error
