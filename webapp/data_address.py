"""Files inside of an address, so that a page shows or saves them and none of them is served."""

from __future__ import annotations

import base64


def data_address(content: bytes, media_type: str) -> str:
    """A file as an address, such as "data:image/png;base64,..."."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
