"""The map application: ``python app.py``, then open the address that it prints.

Choices come from the environment: ``GEOMAPCLIP_*`` (see `webapp.settings.Settings`) and Gradio's
own ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT``.
"""

from __future__ import annotations

import os

from geomapclip.embeddings import progress_bar
from geomapclip.predictor import Predictor
from webapp.settings import Settings
from webapp.ui import build_interface, launch


def main() -> None:
    """Settings, then predictor, then interface, then launch."""
    settings = Settings.from_environment(os.environ)
    predictor = Predictor.load(
        settings.weights,
        gallery=settings.gallery or None,
        device=settings.device,
        progress=progress_bar(),
    )
    launch(build_interface(predictor, settings), settings)


if __name__ == "__main__":
    main()
