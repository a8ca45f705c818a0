from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from geomapclip import Gallery, Predictor
from geomapclip.errors import GalleryError, ImageError, InvalidArgumentError
from geomapclip.predictor import choose_device


def test_estimate_agrees_with_predict(predictor, model, photo_file):
    estimate = predictor.locate(photo_file)
    coordinates, probability = model.predict(photo_file, top_k=3)
    best = np.argsort(-estimate.probability)[:3]
    np.testing.assert_allclose(estimate.probability[best], probability, rtol=1e-4)
    np.testing.assert_allclose(estimate.gallery.coordinates[best], coordinates, rtol=1e-6)
    assert estimate.weights == predictor.name == "geoclip"


def test_threads_share_it_without_meeting(predictor, photo):
    pictures = [photo.rotate(15 * turn) for turn in range(8)]
    alone = [predictor.locate(picture).logits for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda picture: predictor.locate(picture).logits, pictures))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
    assert not np.allclose(alone[0], alone[1], atol=1e-3)


def test_coordinates_in_exif_do_not_move_the_belief(predictor, photo, tmp_path):
    exif = type(photo.getexif())()
    exif[0x8825] = {1: "S", 2: (33.0, 51.0, 24.0), 3: "E", 4: (151.0, 12.0, 55.0)}
    photo.save(tmp_path / "with.png", exif=exif)
    photo.save(tmp_path / "without.png")
    with_exif, without = (predictor.locate(tmp_path / f"{n}.png") for n in ("with", "without"))
    np.testing.assert_array_equal(with_exif.logits, without.logits)


def test_one_view_gives_the_models_logits_to_the_bit(predictor, model, photo):
    pixels = model.image_encoder.preprocess(photo)[None]
    with torch.inference_mode():
        logits = model.logits(model.encode_image(pixels), model.gallery_embeddings())[0]
    np.testing.assert_array_equal(predictor.locate(photo).logits, logits.double().numpy())


def test_ten_crop_is_the_mean_of_the_logits_of_ten_views(predictor, model, photo):
    views = model.image_encoder.ten_crop(photo)
    assert views.shape == (10, 3, 56, 56)
    places = torch.tensor(predictor.gallery.coordinates, dtype=torch.float32)
    with torch.no_grad():
        logits = [model(view[None], places)[0] for view in views]
    expected = torch.stack(logits).double().mean(dim=0).numpy()
    estimate = predictor.locate(photo, ten_crop=True)
    np.testing.assert_allclose(estimate.logits, expected, atol=1e-4)
    assert not np.allclose(estimate.logits, predictor.locate(photo).logits, atol=1e-3)


def test_another_gallery_and_a_region(predictor, model, photo):
    towns = Gallery("towns", np.array([[48.85, 2.35], [35.68, 139.69], [-1.29, 36.82]]))
    assert len(Predictor(model, towns, device="cpu").locate(photo).probability) == 3
    france = predictor.within("France")
    assert {c.place.country_code for c in france.locate(photo).top_k(5)} <= {"FR"}
    assert france.model is predictor.model
    with pytest.raises(GalleryError, match="at least one place"):
        predictor.within((0, -60, 1, -59))


def test_no_picture(predictor):
    with pytest.raises(ImageError):
        predictor.locate(b"no picture")


def test_devices():
    assert choose_device("auto").type in {"cpu", "cuda", "mps"}
    assert choose_device("cpu") == torch.device("cpu")
    for name in ("gpu", "", "cuda:99"):
        with pytest.raises(InvalidArgumentError, match="device"):
            choose_device(name)


def test_loading_refuses_a_bad_device_before_it_loads(monkeypatch):
    monkeypatch.setattr("geomapclip.predictor.GeoMapCLIP", None)  # would fail if it were called
    with pytest.raises(InvalidArgumentError, match="device"):
        Predictor.load("geoclip", device="gpu")
