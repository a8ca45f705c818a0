"""Sentences to embeddings: CLIP's text tower, which shares a space with its vision tower.

The paper asks GeoCLIP with words in this way (arXiv 2309.16020, its section on text queries): the
text embedding takes the place of the image embedding, and all behind it stays the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from geomapclip.clip import CLIP_BACKBONE, Source, load_part, load_tower, no_clip
from geomapclip.errors import InvalidArgumentError, WeightsError

if TYPE_CHECKING:
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

_loading = Lock()


class TextEncoder(nn.Module):
    """Sentences -> CLIP's text embeddings, where its image embeddings lie.

    Args:
        tower: CLIP's text tower with its projection.
        tokenizer: The one that it was trained with.
    """

    def __init__(self, tower: CLIPTextModelWithProjection, tokenizer: CLIPTokenizer) -> None:
        super().__init__()
        self.tower = tower.requires_grad_(False)
        self.tokenizer = tokenizer

    def forward(self, sentences: Sequence[str]) -> Tensor:
        """Embed sentences.

        Args:
            sentences: n of them, each with something in it and no longer than CLIP reads.

        Returns:
            Shape (n, 768), not normalised: what `image_encoder.ImageEncoder.mlp` takes.

        Raises:
            InvalidArgumentError: A sentence that is empty or too long.
        """
        most = int(self.tower.config.max_position_embeddings)
        # CLIP cuts what is too long; half a sentence would answer another question.
        for sentence in sentences:
            if not isinstance(sentence, str) or not sentence.strip():
                raise InvalidArgumentError("sentence", sentence, "must hold some words")
            length = len(self.tokenizer(sentence)["input_ids"])
            if length > most:
                raise InvalidArgumentError(
                    "sentence",
                    sentence,
                    f"must be shorter: CLIP reads {most} tokens, and this has {length}",
                )
        tokens = self.tokenizer(list(sentences), padding=True, return_tensors="pt")
        device = self.tower.device
        embeddings: Tensor = self.tower(
            input_ids=tokens["input_ids"].to(device),
            attention_mask=tokens["attention_mask"].to(device),
        ).text_embeds
        return embeddings


def load_text(backbone: Mapping[str, Any] = CLIP_BACKBONE) -> TextEncoder:
    """CLIP's text tower and tokenizer: loaded at the first call and shared after.

    Args:
        backbone: As in `clip.load_part`.

    Raises:
        UnreachableError: As in `clip.load_part`.
        WeightsError: What is there lacks the text tower or its tokenizer.
    """
    folder = os.environ.get("GEOMAPCLIP_CLIP")
    with _loading:
        return _load_once(str(backbone["repo_id"]), backbone.get("revision"), folder)


@lru_cache(maxsize=2)
def _load_once(repository: str, revision: str | None, folder: str | None) -> TextEncoder:
    return load_part(_load, {"repo_id": repository, "revision": revision})


def _load(source: Source) -> TextEncoder:
    # Imported here: transformers takes seconds to import, and only words need these.
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

    class TextTower(CLIPTextModelWithProjection):  # type: ignore[misc]  # (has no types)
        """The tower without the report that the vision tower's weights were left out."""

        _keys_to_ignore_on_load_unexpected = (
            r"vision_model.*", r"visual_projection.*", "logit_scale",
        )  # fmt: skip

    tower = load_tower(TextTower, source, "text tower")
    try:
        tokenizer = CLIPTokenizer.from_pretrained(
            source.name, revision=source.revision, local_files_only=source.local
        )
    except (OSError, ValueError, TypeError) as error:
        raise no_clip(source, error) from error
    # Without its files transformers makes a tokenizer that knows no word.
    if len(tokenizer) != tower.config.vocab_size:
        raise WeightsError(
            source.argument,
            source.name,
            f"must hold CLIP's tokenizer of {tower.config.vocab_size} tokens (vocab.json and "
            f"merges.txt, or tokenizer.json); found {len(tokenizer)}",
        )
    return TextEncoder(tower, tokenizer)
