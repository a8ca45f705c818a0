import struct
import zlib

import numpy as np
import pytest
import torch
from conftest import encoded
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from geomapclip.errors import ImageError
from geomapclip.image import (
    CLIP_MEAN,
    CLIP_STD,
    exif_coordinates,
    open_image,
    preprocess,
    ten_crop,
)

GPS_IFD = 0x8825
ORIENTATION = 0x0112


def with_gps(image, gps, format="JPEG"):
    exif = Image.Exif()
    exif[GPS_IFD] = gps
    return encoded(image, format=format, exif=exif.tobytes())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF"])
def test_each_format_opens_and_looks_the_same(photo, format):
    opened = open_image(encoded(photo, format=format))
    assert (opened.mode, opened.size) == ("RGB", photo.size)
    difference = np.abs(np.asarray(opened, int) - np.asarray(photo, int)).mean()
    assert difference < 12  # grey levels; lossy formats and the 256 colours of GIF


def test_path_bytes_and_image_give_the_same(photo_file):
    expected = open_image(photo_file).tobytes()
    for source in (str(photo_file), photo_file.read_bytes(), Image.open(photo_file)):
        assert open_image(source).tobytes() == expected


def test_exif_orientation_turns_the_picture_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned right: rotate by 90 degrees clockwise
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 0, 20, 20))  # blue left of red becomes blue above red
    opened = open_image(encoded(image, format="PNG", exif=exif))
    assert opened.size == (20, 40)
    assert opened.getpixel((10, 5)) == (0, 0, 255)


def test_transparency_lies_on_white():
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    assert open_image(encoded(image, format="PNG")).getpixel((0, 0)) == (255, 255, 255)
    half = Image.new("LA", (4, 4), (0, 128))
    assert open_image(encoded(half, format="PNG")).getpixel((0, 0)) == (127, 127, 127)


def test_transparent_palette():
    image = Image.new("P", (4, 4), 1)
    image.putpalette([255, 0, 0, 0, 128, 0])
    opened = open_image(encoded(image, format="PNG", transparency=0))
    assert opened.getpixel((0, 0)) == (0, 128, 0)
    image.paste(0, (0, 0, 4, 4))
    opened = open_image(encoded(image, format="PNG", transparency=0))
    assert opened.getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_keep_their_greys():
    ramp = np.linspace(0, 65535, 256).round().astype(np.uint16)[None].repeat(2, axis=0)
    opened = np.asarray(open_image(encoded(Image.fromarray(ramp), format="PNG")))
    np.testing.assert_array_equal(opened[0, :, 0], np.arange(256))


def test_floats_are_stretched():
    values = np.array([[0.0, 0.5, 1.0]], dtype=np.float32)
    opened = np.asarray(open_image(encoded(Image.fromarray(values), format="TIFF")))
    assert opened[0, :, 1].tolist() == [0, 128, 255]


def test_cmyk_comes_out_in_its_colours():
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    red, green, blue = open_image(encoded(cyan, format="TIFF")).getpixel((0, 0))
    assert red < 60 < 150 < min(green, blue)


def test_a_damaged_colour_profile_does_not_lose_the_picture():
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    opened = open_image(encoded(cyan, format="TIFF", icc_profile=b"no profile"))
    assert opened.getpixel((0, 0))[0] < 60


def test_a_profile_that_is_not_for_cmyk_does_not_lose_the_picture():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    cyan = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    assert open_image(encoded(cyan, format="TIFF", icc_profile=profile)).mode == "RGB"


def test_gif_gives_its_first_frame():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], format="GIF", save_all=True, append_images=frames[1:])
    assert open_image(data).getpixel((0, 0)) == (255, 0, 0)


def enormous_png():
    """A valid start of a PNG that claims 40,000 x 40,000 pixels."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"just some text, no picture", "not a readable picture.*JPEG, PNG, WebP"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a readable picture"),
        (enormous_png(), "at most 150 megapixels"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_sentence(content, message, tmp_path):
    path = tmp_path / "file.png"
    path.write_bytes(content)
    for source in (content, path):
        with pytest.raises(ImageError, match=message):
            open_image(source)


def test_a_picture_between_our_limit_and_pillows_is_refused_before_decoding(monkeypatch):
    monkeypatch.setattr("geomapclip.image.MAX_PIXELS", 1000)
    with pytest.raises(ImageError, match="100 x 100 pixels"):
        open_image(encoded(Image.new("RGB", (100, 100)), format="PNG"))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "HEIF", "AVIF"])
def test_truncated(photo, format):
    data = encoded(photo, format=format)
    with pytest.raises(ImageError, match="image = "):
        open_image(data[: len(data) // 2])


def test_folder_missing_path_and_other_objects(tmp_path):
    with pytest.raises(ImageError, match="is a folder"):
        open_image(tmp_path)
    with pytest.raises(ImageError, match="does not exist"):
        open_image(tmp_path / "nowhere.jpg")
    with pytest.raises(ImageError, match="must be a path, bytes or a Pillow image"):
        open_image(3)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_exif_coordinates_are_read(photo, format):
    gps = {1: "S", 2: (33.0, 51.0, 24.48), 3: "E", 4: (151.0, 12.0, 55.08)}
    place = exif_coordinates(with_gps(photo, gps, format))
    assert place == pytest.approx((-33.8568, 151.2153), abs=1e-6)


@pytest.mark.parametrize(
    "gps",
    [
        {},
        {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (5.0, 0.0, 0.0)},
        {1: "N", 2: (IFDRational(0, 0), 0.0, 0.0), 3: "E", 4: (5.0, 0.0, 0.0)},
        {1: "N", 2: (45.0, 0.0, 0.0)},
    ],
)
def test_no_fix_is_no_truth(photo, gps):
    assert exif_coordinates(with_gps(photo, gps)) is None


def test_no_exif_is_no_truth(photo):
    assert exif_coordinates(photo) is None
    assert exif_coordinates(encoded(photo, format="PNG")) is None


def test_preprocess_of_a_plain_colour():
    pixels = preprocess(Image.new("RGB", (300, 200), (255, 0, 51)), 224)
    assert pixels.shape == (3, 224, 224)
    expected = [
        (value - m) / s for value, m, s in zip((1, 0, 0.2), CLIP_MEAN, CLIP_STD, strict=True)
    ]
    assert pixels.mean(dim=(1, 2)).tolist() == pytest.approx(expected, abs=1e-5)


def test_preprocess_takes_the_centre():
    image = Image.new("RGB", (600, 200), "black")
    image.paste("white", (200, 0, 400, 200))
    pixels = preprocess(image, 100, mean=(0, 0, 0), std=(1, 1, 1))
    assert pixels[:, :, 5:95].min() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("size", [(640, 480), (333, 500), (224, 224), (1000, 97), (50, 60)])
def test_preprocess_equals_clips_own_processor(size):
    transformers = pytest.importorskip("transformers.models.clip.image_processing_pil_clip")
    generator = np.random.default_rng(0)
    image = Image.fromarray(generator.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    processor = transformers.CLIPImageProcessorPil()
    expected = processor(images=image, return_tensors="np")["pixel_values"][0]
    np.testing.assert_allclose(preprocess(image, 224).numpy(), expected, atol=1e-5)


def test_decoding_does_not_touch_the_given_image(photo):
    copy = photo.copy()
    open_image(copy)
    assert copy.tobytes() == photo.tobytes()


def test_file_can_be_removed_afterwards(photo_file):
    open_image(photo_file)
    photo_file.unlink()  # on Windows this fails while the file is open


def test_ten_crop_takes_corners_and_centre_and_mirrors_them():
    # 512 x 256 becomes 512 x 256 for a crop of 224: each quarter and the middle has its grey.
    image = Image.new("L", (512, 256), 0)
    image.paste(51, (256, 0, 512, 128))
    image.paste(102, (0, 128, 256, 256))
    image.paste(153, (256, 128, 512, 256))
    image.paste(255, (226, 98, 286, 158))
    views = ten_crop(image.convert("RGB"), 224, mean=(0, 0, 0), std=(1, 1, 1))
    assert views.shape == (10, 3, 224, 224)
    far = [(20, 20), (20, -20), (-20, 20), (-20, -20), (112, 112)]  # row, column
    greys = [float(views[view, 0, row, column]) for view, (row, column) in enumerate(far)]
    assert greys == pytest.approx([0, 0.2, 0.4, 0.6, 1])
    assert torch.equal(views[5:], views[:5].flip(3))


def test_ten_crop_scales_the_shorter_side_first():
    # 64 x 32 for crops of 28 is twice that of 32 x 16: black ends at a quarter of the height.
    image = Image.new("RGB", (128, 64), "white")
    image.paste("black", (0, 0, 128, 16))
    views = ten_crop(image, 28, mean=(0, 0, 0), std=(1, 1, 1))
    dark = (views[:, 0, :, 14] < 0.5).sum(dim=1)
    assert dark.tolist() == [8, 8, 4, 4, 6] * 2
