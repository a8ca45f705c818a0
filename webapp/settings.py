"""What a person who runs the application can choose, read from the environment once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from geomapclip.errors import InvalidArgumentError

PREFIX = "GEOMAPCLIP_"
MAX_TOP_K = 20  # more pins than this hide each other on a world map
CLEAR_EVERY_S = 60  # how often files are looked through for old ones


@dataclass(frozen=True)
class Settings:
    """Choices of the application; each field is the variable ``GEOMAPCLIP_<FIELD>``.

    Host and port are Gradio's own ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT``.

    Attributes:
        weights: Name or folder that `geomapclip.predictor.Predictor.load` accepts.
        gallery: Name or file of the gallery; empty for the one that fits the weights.
        device: "auto", "cpu", "cuda" or another name that PyTorch knows.
        top_k: Places shown at the start, 1 to ``MAX_TOP_K``.
        concurrency: Photos answered at the same time; 2 lets one be decoded and drawn
            while the network, which already uses every core, looks at another.
        queue_size: Photos that may wait; the next one is told to come back.
        max_upload_mb: Largest accepted file.
        keep_uploads_s: Seconds after which an uploaded file is deleted.
        game_folder: Folder with photos for the game "Guess first", empty for none; those whose
            EXIF bears a place are played with.
        checkpoints: Folders of saved weights that visitors may explore, separated as in PATH.
    """

    weights: str = "auto"
    gallery: str = ""
    device: str = "auto"
    top_k: int = 5
    concurrency: int = 2
    queue_size: int = 32
    max_upload_mb: int = 50
    keep_uploads_s: int = 600
    game_folder: str = ""
    checkpoints: str = ""

    def __post_init__(self) -> None:
        """Refuse values that cannot work.

        Raises:
            InvalidArgumentError: A number that is not positive, ``top_k`` above its limit, a
                folder that is none.
        """
        for field in ("top_k", "concurrency", "queue_size", "max_upload_mb", "keep_uploads_s"):
            if getattr(self, field) < 1:
                raise InvalidArgumentError(field, getattr(self, field), "must be at least 1")
        if self.top_k > MAX_TOP_K:
            raise InvalidArgumentError("top_k", self.top_k, f"must be at most {MAX_TOP_K}")
        if self.game_folder and not Path(self.game_folder).is_dir():
            raise InvalidArgumentError(
                "game_folder", self.game_folder, "must be an existing folder"
            )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read ``GEOMAPCLIP_*`` variables; what is not set keeps its default.

        Raises:
            InvalidArgumentError: A number that is no whole number, or out of range.
        """
        defaults = cls()
        given: dict[str, str | int] = {}
        for field, default in vars(defaults).items():
            text = environment.get(PREFIX + field.upper())
            if text is not None:
                given[field] = _whole_number(field, text) if isinstance(default, int) else text
        return cls(**given)  # type: ignore[arg-type]


def _whole_number(field: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvalidArgumentError(
            PREFIX + field.upper(), text, "must be a whole number"
        ) from error
