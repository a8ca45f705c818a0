import io
import json
import tarfile

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import ExifTags, Image

from geomapclip.data import read_pictures, read_table, stream_photos
from geomapclip.errors import DataError, ImageError

PARIS, TOKYO, SYDNEY = (48.85, 2.35), (35.68, 139.69), (-33.86, 151.21)


@pytest.fixture
def table(tmp_path):
    """Writes a CSV and gives its path."""

    def write(text):
        path = tmp_path / "photos.csv"
        path.write_text(text)
        return path

    return write


@pytest.mark.parametrize(
    "header",
    [
        "IMG_ID,LAT,LON",  # MP-16, Im2GPS, Im2GPS3k, YFCC4k, YFCC26k
        "IMG_FILE,LAT,LON",  # geoclip's own loader
        "id,latitude,longitude",  # OSV-5M
        "file,lat,lng",
    ],
)
def test_columns_of_the_known_data_sets(table, header):
    photos = read_table(table(f"extra,{header}\n7,007,48.85,2.35\n7,NA,35.68,139.69\n"))
    assert photos.ids == ("007", "NA")  # names stay as they are written
    assert photos.coordinates.tolist() == [list(PARIS), list(TOKYO)]
    assert photos.coordinates.dtype == np.float64
    assert photos.dropped == ()


def test_parquet_reads_as_csv(tmp_path):
    frame = pd.DataFrame({"id": [12, 13], "latitude": [48.85, None], "longitude": [2.35, 1.0]})
    frame.to_parquet(tmp_path / "photos.parquet")
    photos = read_table(tmp_path / "photos.parquet")
    assert (photos.ids, photos.coordinates.tolist()) == (("12",), [list(PARIS)])
    assert [(one.name, one.reason) for one in photos.dropped] == [("13", "has no coordinates")]


def test_missing_columns_are_named(table):
    with pytest.raises(DataError, match=r"columns of .*\['file', 'lat'\].*one of: latitude|lon"):
        read_table(table("file,lat\na,1\n"))


@pytest.mark.parametrize("text", ["", "file,lat,lon\n", "file,lat,lon\na,,\n"])
def test_a_table_without_photos_is_refused(table, text):
    with pytest.raises(DataError, match="is empty|must hold at least one photo"):
        read_table(table(text))


def test_swapped_columns_are_noticed(table):
    with pytest.raises(DataError, match=r"row 2 .*139\.69, 35\.68.*1 of 2 rows.*look swapped"):
        read_table(table("file,lat,lon\na,2.35,48.85\nb,139.69,35.68\n"))


def test_what_is_dropped_is_named(table):
    rows = [f"p{number},1,{number}" for number in range(60)]
    rows[3:3] = ["bad,1,north", ",nan,3", "far,95,3", "p0,2,2"]
    chunks = list(stream_photos(table("file,lat,lon\n" + "\n".join(rows)), rows=50))
    assert [len(chunk) for chunk in chunks] == [46, 14]
    assert [(one.name, one.reason) for chunk in chunks for one in chunk.dropped] == [
        ("bad", "has no coordinates"),
        ("row 5", "has no coordinates"),
        ("far", "has coordinates out of range"),
        ("p0", "appears a second time"),
    ]


def test_a_name_seen_chunks_ago_is_a_duplicate(table):
    names = [f"p{number}" for number in range(10)] + ["p1", "new", "p9"]
    path = table("file,lat,lon\n" + "\n".join(f"{name},1,1" for name in names))
    chunks = list(stream_photos(path, rows=4))
    assert [one.name for chunk in chunks for one in chunk.dropped] == ["p1", "p9"]
    assert read_table(path).ids == (*names[:10], "new")


def picture(colour="#87b5e0", **options):
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def test_pictures_are_found_with_any_suffix_and_one_folder_below(table, tmp_path):
    path = table("id,lat,lon\na.jpg,1,1\nb,1,1\nc,1,1\nd,1,1\n")
    (tmp_path / "00").mkdir()
    (tmp_path / "a.jpg").write_bytes(picture())
    (tmp_path / "b.png").write_bytes(picture())
    (tmp_path / "00" / "c.JPG").write_bytes(picture())
    read = list(
        read_pictures(read_table(path), lambda image, row: torch.tensor([row, *image.size]))
    )
    assert [(row, found.tolist()) for row, found in read[:3]] == [
        (row, [row, 8, 6]) for row in range(3)
    ]
    assert isinstance(read[3][1], ImageError)
    assert "does not exist" in str(read[3][1])


def test_no_such_folder(table):
    with pytest.raises(DataError, match="folder = .*existing folder of pictures"):
        read_table(table("id,lat,lon\na,1,1\n"), "nowhere")


@pytest.mark.parametrize("name", ["nothing.csv", "nothing.txt", "nothing.tar"])
def test_no_such_source(tmp_path, name):
    with pytest.raises(DataError, match="photos = "):
        read_table(tmp_path / name)


def shard(path, samples):
    with tarfile.open(path, "w") as archive:
        for name, content in samples:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def place(latitude, longitude):
    return json.dumps({"LAT": latitude, "LON": longitude}).encode()


def test_tar_shards(tmp_path):
    shard(tmp_path / "00.tar", [
        ("x/1.jpg", picture()), ("x/1.json", place(*PARIS)),
        ("x/2.json", place(*TOKYO)),
        ("x/3.jpg", picture()),
        ("x/4.png", picture()), ("x/4.json", b"{"),
    ])  # fmt: skip
    shard(tmp_path / "01.tar", [("5.jpg", picture("red")), ("5.json", place(*SYDNEY))])
    photos = read_table(tmp_path)
    assert photos.ids == ("x/1", "5")
    assert photos.coordinates.tolist() == [list(PARIS), list(SYDNEY)]
    assert photos.picture(1).getpixel((0, 0))[0] > 250
    assert [(one.name, one.reason) for one in photos.dropped] == [
        ("x/2", "has no picture"),
        ("x/3", "has no coordinates"),
        ("x/4", "has JSON that cannot be read"),
    ]


def test_a_shard_that_was_cut_short_is_named_and_its_rest_kept(tmp_path):
    path = tmp_path / "00.tar"
    photos = [(f"{n}.{kind}", content) for n in range(3)
              for kind, content in (("jpg", bytes(9000)), ("json", place(*PARIS)))]  # fmt: skip
    shard(path, photos)
    path.write_bytes(path.read_bytes()[:14_000])
    photos = read_table(path)
    assert photos.ids == ("0",)
    assert [one.name for one in photos.dropped] == ["00.tar"]
    assert "damaged behind 0" in photos.dropped[0].reason


def test_a_folder_of_photos_with_exif(tmp_path):
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "S", 2: (33.0, 30.0, 0.0), 3: "E", 4: (151.0, 0.0, 0.0)}
    )
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "a.jpg").write_bytes(picture(exif=exif))
    (tmp_path / "b.jpg").write_bytes(picture())
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    photos = read_table(tmp_path)
    assert photos.ids == ("day/a.jpg",)
    assert photos.coordinates.tolist() == [[-33.5, 151.0]]
    assert [one.name for one in photos.dropped] == ["b.jpg", "c.jpg"]
    assert "not a readable picture" in photos.dropped[1].reason
