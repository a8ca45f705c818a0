"""A folder that looks like Natural Earth's, with a few islands, a river, a lake and a town."""

import json

import numpy as np

from geomapclip.cartography import atlas


def square(longitude, latitude, half=2.0):
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[list(corner) for corner in corners]]


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(features, name):
    return json.dumps({"type": "FeatureCollection", "name": name, "features": features})


def polygon(coordinates):
    return {"type": "Polygon", "coordinates": coordinates}


def line(*points):
    return {"type": "LineString", "coordinates": [list(point) for point in points]}


COUNTRIES = [
    feature(polygon(square(20, 40)), name="Middle"),
    feature(polygon(square(24, 40)), name="Neighbour"),
    # One island, cut at the antimeridian as GeoJSON files are, and one that is left whole.
    feature(
        {
            "type": "MultiPolygon",
            "coordinates": [
                [[[178, -12], [180, -12], [180, -8], [178, -8], [178, -12]]],
                [[[-180, -12], [-178, -12], [-178, -8], [-180, -8], [-180, -12]]],
            ],
        },
        name="Cut",
    ),
    feature(polygon([[[178, 18], [-178, 18], [-178, 22], [178, 22], [178, 18]]]), name="Whole"),
    # Around the South Pole: a ring that does not come back to its first longitude.
    feature(polygon([[[lon, -75] for lon in (-180, -90, 0, 90, 180, -180)]]), name="Pole"),
]


def write_small_atlas(root):
    for detail in atlas.DETAILS:
        (root / f"countries-{detail}.json").write_text(collection(COUNTRIES, "countries"))
    river = feature(line((18.5, 38.5), (21.5, 41.5)), scalerank=1, name="River")
    lake = feature(polygon(square(20, 40, 0.5)), scalerank=1, name="Lake")
    town = {"type": "Point", "coordinates": [19.0, 41.0]}
    files = {
        **{file: [river] for file in (*atlas.RIVERS, *atlas.PROVINCES)},
        **{file: [lake] for file in (*atlas.LAKES, *atlas.GLACIERS)},
        **{file: [lake] for file in atlas.URBAN},
        atlas.TOWNS: [feature(town, scalerank=2, name="Town")],
        atlas.SEAS: [feature(polygon(square(0, 0)), scalerank=0, name="Sea")],
        atlas.COUNTRY_NAMES: [
            feature(
                polygon(square(20, 40)),
                NAME="Middle",
                NAME_DE="Mitte",
                LABELRANK=2,
                CONTINENT="Old World",
            )
        ],
    }
    for name, features in files.items():
        (root / name).write_text(collection(features, name))


def chance(seed=0):
    return np.random.default_rng(seed)
