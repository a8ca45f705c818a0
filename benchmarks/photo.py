"""One photo after start: this project, geoclip 1.3.0, and the bare tower, in one run.

CLIP ViT-L/14 of random weights at full size, float32, saved once in the hub's format so that
both load it as they would load the real one; GeoCLIP's published weights and its 100,000 places.

    python -m benchmarks.photo
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
from PIL import Image

from benchmarks.reference import import_published

ROUNDS = 7


def median_seconds(*functions: Callable[[], object]) -> list[float]:
    """Median seconds of each function, called in turn after one warm-up."""
    for function in functions:
        function()
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(ROUNDS):
        for function, times in zip(functions, seconds, strict=True):
            started = time.perf_counter()
            function()
            times.append(time.perf_counter() - started)
    return [statistics.median(times) for times in seconds]


def save_random_clip(folder: Path) -> None:
    """CLIP ViT-L/14 with both towers, random weights from a seed, and its processor's settings."""
    from transformers import CLIPConfig, CLIPModel
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    torch.manual_seed(0)
    text = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12}
    vision = {
        "hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16,
        "num_hidden_layers": 24, "patch_size": 14, "projection_dim": 768,
    }  # fmt: skip
    text |= {"projection_dim": 768, "bos_token_id": 0, "eos_token_id": 2}
    config = CLIPConfig(text_config=text, vision_config=vision, projection_dim=768)
    CLIPModel(config).save_pretrained(folder)
    CLIPImageProcessorPil().save_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photo", type=Path, help="a picture; a drawn one by default")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # theirs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_random_clip(folder / "clip")
        os.environ["GEOMAPCLIP_CLIP"] = str(folder / "clip")
        photo = options.photo or folder / "photo.png"
        if not options.photo:
            Image.radial_gradient("L").resize((1024, 768)).convert("RGB").save(photo)

        from geomapclip import GeoMapCLIP

        ours = GeoMapCLIP("geoclip")
        module = import_published("geoclip", "GeoCLIP", folder)
        published = module.GeoCLIP(clip_path=str(folder / "clip")).eval()
        pixels = torch.randn(1, 3, 224, 224)

        @torch.inference_mode()
        def tower() -> None:
            ours.image_encoder.tower(pixel_values=pixels)

        seconds = median_seconds(tower, lambda: ours.predict(photo, top_k=5))
        started = time.perf_counter()
        places, probability = published.predict(str(photo), top_k=5)
        theirs = time.perf_counter() - started
        our_places, our_probability = ours.predict(photo, top_k=5)

    bare, ours_seconds = seconds
    limit = 1.10 * bare + 0.05
    kept = "kept" if ours_seconds <= limit else "MISSED"
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, float32")
    print(f"bare tower             {bare:8.3f} s  (median of {ROUNDS})")
    print(f"GeoMapCLIP.predict     {ours_seconds:8.3f} s  ({ours_seconds / bare:.2f} x the tower)")
    print(f"  limit 1.10 x + 50 ms {limit:8.3f} s  ({kept})")
    print(f"geoclip 1.3.0 predict  {theirs:8.3f} s  ({theirs / ours_seconds:.1f} x ours, one call)")
    same = torch.equal(places, our_places)
    print(f"same five places, in order: {same}")
    print(f"largest difference of probability: {(probability - our_probability).abs().max():.1e}")


if __name__ == "__main__":
    main()
