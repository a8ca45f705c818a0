"""Galleries: the places among which a picture is looked for."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geomapclip.cells import Cells, gather_cells
from geomapclip.countries import find_country
from geomapclip.errors import GalleryError, GeoMapCLIPError, InvalidArgumentError
from geomapclip.geodesy import (
    Coordinates,
    bad_rows,
    check_coordinates,
    fibonacci_lattice,
    unit_vectors,
)
from geomapclip.places import country_codes
from geomapclip.published import WHEELS, release_folder

if TYPE_CHECKING:
    import geopandas

Box = tuple[float, float, float, float]  # west, south, east, north in degrees
Region = str | Box | BaseGeometry

WORLD = "world"
WORLD_PLACES = 120_000  # each stands for 4,250 km², 65 km from the next
NAMES = (*WHEELS, WORLD)

LATITUDE_COLUMNS = ("latitude", "lat", "y")
LONGITUDE_COLUMNS = ("longitude", "lon", "lng", "long", "x")
FILES = "a .csv, .parquet, .geojson, .json or .gpkg file of places"


@dataclass(frozen=True, eq=False)
class Gallery:
    """Places among which a picture is looked for.

    Args:
        name: Shown to people.
        coordinates: Shape (n, 2), n >= 1: latitude, longitude in degrees. Kept as a read-only
            float64 array.

    Raises:
        InvalidArgumentError: Coordinates out of range.
        GalleryError: No place at all.
    """

    name: str
    coordinates: Coordinates

    def __post_init__(self) -> None:
        checked = check_coordinates(self.coordinates, f"coordinates of gallery {self.name}").copy()
        if len(checked) == 0:
            raise GalleryError("gallery", self.name, "must hold at least one place")
        checked.flags.writeable = False
        object.__setattr__(self, "coordinates", checked)

    def __len__(self) -> int:
        return len(self.coordinates)

    @cached_property
    def cells(self) -> Cells:
        """The H3 cells that the places lie in."""
        return gather_cells(self.coordinates)

    @cached_property
    def tree(self) -> cKDTree:
        """Search tree over the places as unit vectors."""
        return cKDTree(unit_vectors(self.coordinates))

    @cached_property
    def country_codes(self) -> NDArray[np.str_]:
        """ISO 3166-1 alpha-2 code of each place, "" at sea; shape (n,)."""
        return country_codes(self.coordinates)

    @cached_property
    def countries(self) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
        """The codes that occur, and for each place the row of its own; shapes (c,) and (n,)."""
        codes, index = np.unique(self.country_codes, return_inverse=True)
        return codes, index

    def within(self, region: Region) -> Gallery:
        """The part of the gallery in a region.

        Args:
            region: A country's name or ISO code; a box (west, south, east, north) in degrees,
                across the antimeridian where west > east; or a shapely geometry, longitude first.

        Raises:
            GalleryError: No place of the gallery lies in it.
            InvalidArgumentError: An unknown country, or no box.
        """
        if isinstance(region, str):
            country = find_country(region)
            inside, label = self.country_codes == country, country
        else:
            geometry = region if isinstance(region, BaseGeometry) else box_geometry(region)
            shapely.prepare(geometry)
            latitude, longitude = self.coordinates.T
            inside = shapely.intersects_xy(geometry, longitude, latitude)
            label = "part"
        if not inside.any():
            shown = region if isinstance(region, str | tuple) else region.wkt
            raise GalleryError(
                "region", shown, f"must hold at least one place of the gallery {self.name}"
            )
        return Gallery(f"{self.name} ({label})", self.coordinates[inside])

    def to_csv(self) -> str:
        """The places as the CSV of a release: columns LAT and LON."""
        table = pd.DataFrame(self.coordinates, columns=["LAT", "LON"])
        return str(table.to_csv(index=False))


def box_geometry(box: ArrayLike) -> BaseGeometry:
    """Polygon of a box (west, south, east, north) in degrees; west > east crosses 180 degrees."""
    sides = np.asarray(box, dtype=np.float64)
    if sides.shape != (4,):
        raise InvalidArgumentError("region", box, "must be (west, south, east, north) in degrees")
    west, south, east, north = sides.tolist()
    check_coordinates([[south, west], [north, east]], "region")
    if south > north:
        raise InvalidArgumentError("region", box, "south must not lie north of north")
    if west <= east:
        return Polygon.from_bounds(west, south, east, north)
    halves = [(west, south, 180.0, north), (-180.0, south, east, north)]
    return MultiPolygon([Polygon.from_bounds(*half) for half in halves])


def load_gallery(source: str | os.PathLike[str]) -> Gallery:
    """A gallery by name or from a file.

    Args:
        source: ``geoclip`` (100,000 places of photographs), ``geomapclip`` (an even lattice of
            288,686 places on land), ``world`` (an even lattice of 120,000 places on land and
            sea), or a CSV, Parquet, GeoParquet, GeoJSON or GeoPackage file: with columns of
            latitude and longitude in degrees, or with points of any reference system.

    Raises:
        GalleryError: An unknown name, a missing file, or a bad row (named by its number).
        UnreachableError: A published gallery that is not here and cannot be downloaded.
    """
    name = os.fspath(source)
    if name == WORLD:
        return Gallery(name, fibonacci_lattice(WORLD_PLACES))
    if name in WHEELS:
        return Gallery(name, _from_csv(release_folder(name) / WHEELS[name].gallery))
    path = Path(name)
    if not path.is_file():
        raise GalleryError("gallery", name, f"must be one of {', '.join(NAMES)}, or {FILES}")
    return Gallery(path.stem, _read(path))


def _read(path: Path) -> Coordinates:
    suffix = path.suffix.lower()
    try:
        if suffix == ".csv":
            return _from_csv(path)
        if suffix == ".parquet":
            return _from_parquet(path)
        if suffix in (".geojson", ".json", ".gpkg"):
            import geopandas  # takes a second, and most galleries need none of it

            return _from_points(path, geopandas.read_file(path))
    except GeoMapCLIPError:
        raise
    except Exception as error:  # pyogrio, pyarrow and pandas each have their own
        raise GalleryError("gallery", str(path), f"cannot be read as {FILES} ({error})") from error
    raise GalleryError("gallery", str(path), f"must be {FILES}")


def _from_csv(path: Path) -> Coordinates:
    try:
        table = pd.read_csv(path, skip_blank_lines=False)
    except pd.errors.EmptyDataError as error:
        raise GalleryError("gallery", str(path), "is empty") from error
    return _from_columns(path, table)


def _from_parquet(path: Path) -> Coordinates:
    table = pd.read_parquet(path)
    if "geometry" not in table.columns:
        return _from_columns(path, table)
    import geopandas

    return _from_points(path, geopandas.read_parquet(path))


def _from_columns(path: Path, table: pd.DataFrame) -> Coordinates:
    names = {str(column).strip().lower(): column for column in table.columns}
    latitude = next((names[name] for name in LATITUDE_COLUMNS if name in names), None)
    longitude = next((names[name] for name in LONGITUDE_COLUMNS if name in names), None)
    if latitude is None or longitude is None:
        raise GalleryError(
            f"columns of {path}",
            [str(column) for column in table.columns],
            f"must include one of {', '.join(LATITUDE_COLUMNS)} and one of "
            f"{', '.join(LONGITUDE_COLUMNS)}",
        )
    values = table[[latitude, longitude]].apply(pd.to_numeric, errors="coerce")
    shown = table[[latitude, longitude]].to_numpy()
    return _checked(path, values.to_numpy(dtype=np.float64), shown)


def _from_points(path: Path, table: geopandas.GeoDataFrame) -> Coordinates:
    points = table.geometry
    wrong = np.flatnonzero((points.geom_type != "Point") | points.is_empty)
    if len(wrong):
        row = int(wrong[0])
        raise GalleryError(
            f"row {row + 1} of {path}", points.geom_type.iloc[row], "every geometry must be a Point"
        )
    if points.crs is not None:
        points = points.to_crs("EPSG:4326")
    coordinates = np.column_stack([points.y, points.x])
    return _checked(path, coordinates, coordinates)


def _checked(path: Path, coordinates: Coordinates, shown: NDArray[np.object_]) -> Coordinates:
    if len(coordinates) == 0:
        raise GalleryError("gallery", str(path), "must hold at least one place")
    bad = bad_rows(coordinates)
    if len(bad) == 0:
        return coordinates
    row = int(bad[0])
    swapped = len(bad_rows(coordinates[:, ::-1])) == 0
    hint = "; latitude and longitude look swapped" if swapped else ""
    raise GalleryError(
        f"row {row + 1} of {path}",
        tuple(shown[row].tolist()),
        "latitude must lie in [-90, 90] and longitude in [-180, 180], both numbers in degrees "
        f"({len(bad)} of {len(coordinates)} rows are bad{hint})",
    )
