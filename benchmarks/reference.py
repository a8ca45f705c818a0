"""geoclip 1.3.0 as published, to measure and compare beside it.

Its package cannot be installed beside this project (its Pillow is one that Gradio refuses), and
its `__init__` imports a training part that wants torchvision. So the wheel is unpacked into a
folder and the model's part is imported alone.
"""

from __future__ import annotations

import importlib
import sys
import types
import warnings
import zipfile
from pathlib import Path

from geomapclip.published import WHEELS, download


def import_published(name: str, module: str, folder: Path) -> types.ModuleType:
    """A module of the published wheel's ``model`` part.

    Args:
        name: ``geoclip`` or ``geomapclip``.
        module: Such as ``location_encoder``.
        folder: Where to unpack the wheel.
    """
    wheel = WHEELS[name]
    archive = folder / wheel.file
    archive.write_bytes(download(wheel, folder))
    with zipfile.ZipFile(archive) as files:
        files.extractall(folder)
    alias = f"published_{name}"  # geomapclip 0.0.3 bears our own name
    for package, place in ((alias, wheel.package), (f"{alias}.model", f"{wheel.package}/model")):
        parent = types.ModuleType(package)
        parent.__path__ = [str(folder / place)]
        sys.modules[package] = parent
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # theirs
        return importlib.import_module(f"{alias}.model.{module}")
