"""Random views of the Earth that show something."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from geomapclip.cartography.atlas import REGIONS, Atlas
from geomapclip.cartography.outlines import Shapes
from geomapclip.cartography.styles import (
    BLACK,
    Generator,
    Lettering,
    Line,
    MapStyle,
    chance,
    uniform,
)
from geomapclip.cartography.subjects import random_subject
from geomapclip.cartography.view import (
    FARTHEST_KM,
    KM_PER_DEG,
    SPHERE,
    ProjectionName,
    Projector,
    Viewport,
)

NARROWEST_DEG, WIDEST_DEG = 0.6, 60.0
TILT = 0.7  # below 1 for more wide views; a quarter is narrower than 3 degrees
VISITED_SHARE = 0.45  # of views of places that people go to, where an atlas knows them
FITTED_SHARE = 0.25  # of views of one subject as a whole, as an atlas has them
POLAR_SHARE = 0.015  # of a pole with all around it
MOST_TRIES = 30
LEAST_POINTS = 6  # of coasts, borders, rivers or towns, that make a map worth reading
LEAST_SPREAD = 0.25  # and the share of the view over which they must lie


def random_view(
    atlas: Atlas,
    generator: Generator,
    size: tuple[int, int] = (256, 256),
    style: MapStyle | None = None,
) -> Viewport:
    """A view that shows something: land with a coast, a border, a river or towns.

    Nearly half are of places that people go to, where the atlas knows them; the others are drawn
    from towns, from countries one as likely as the other, from the sea near coasts, and from the
    land by its area. Widths from 0.6 to 60 degrees, the wide ones more often.

    Args:
        atlas: What there is to be seen.
        generator: Source of chance.
        size: Width and height of the picture in pixels.
        style: What will be drawn, so that the view shows something in this style.
    """
    style = style or MapStyle(border=Line(BLACK), river=Line(BLACK), lettering=Lettering())
    about = style.isolate or style.highlight or (style.regions and atlas.regions)
    fitted = chance(generator, 1.0 if about else FITTED_SHARE)
    for _ in range(MOST_TRIES):
        fitting = _fitted(atlas, generator, size, style) if fitted else None
        polar = not about and chance(generator, POLAR_SHARE)
        view = fitting or (
            _polar(generator, size) if polar else _around(_place(atlas, generator), generator, size)
        )
        if (view.subject or not style.isolate) and _shows_something(atlas, view, style):
            break
    return view


def _place(atlas: Atlas, generator: Generator) -> tuple[float, float]:
    """Latitude and longitude of a place that a map may be about."""
    kind = generator.random()
    if not len(atlas.visited):
        kind = VISITED_SHARE + (1 - VISITED_SHARE) * kind
    ground = atlas.grounds["50m"]
    if kind < VISITED_SHARE:
        return _near(atlas.visited[int(generator.integers(len(atlas.visited)))], generator, 60)
    if kind < 0.55 and len(atlas.towns.names):
        weights = 1.0 / (2 + np.maximum(atlas.towns.ranks, 0))
        town = generator.choice(len(weights), p=weights / weights.sum())
        return _near(atlas.towns.xy[town], generator, 100)
    if kind < 0.7:
        points = ground.countries.xy[_points_of(atlas, generator)]
        return _near(points[int(generator.integers(len(points)))], generator, 300)
    if kind < 0.85 and len(ground.coasts):
        stroke = ground.coasts.part(int(generator.integers(len(ground.coasts))))
        return _near(stroke[int(generator.integers(len(stroke)))], generator, 300)
    for _ in range(200):
        latitude = math.degrees(math.asin(uniform(generator, -1, 1)))
        longitude = uniform(generator, -180, 180)
        # Antarctica is a tenth of the land, but few maps show it.
        if _on_land(ground.countries, longitude, latitude) and (
            latitude > -60 or chance(generator, 0.4)
        ):
            break
    return latitude, longitude


def _near(
    lonlat: NDArray[np.float64], generator: Generator, reach_km: float
) -> tuple[float, float]:
    azimuth = uniform(generator, 0, 360)
    metres = abs(float(generator.normal(0, reach_km))) * 1000
    longitude, latitude, _ = SPHERE.fwd(
        (lonlat[0] + 180) % 360 - 180, float(np.clip(lonlat[1], -90, 90)), azimuth, metres
    )
    return float(latitude), float(longitude)


def _points_of(atlas: Atlas, generator: Generator) -> NDArray[np.intp]:
    """Indices of the points of a random country's rings."""
    countries = atlas.grounds["50m"].countries
    country = generator.choice(np.unique(countries.tags))
    lengths = np.diff(countries.starts)
    return np.flatnonzero(np.repeat(countries.tags == country, lengths))


def _on_land(countries: Shapes, longitude: float, latitude: float) -> bool:
    """Even-odd rule over the rings whose bounds hold the place."""
    west, south, east, north = countries.bounds.T
    hits = np.flatnonzero(
        (west <= longitude) & (longitude <= east) & (south <= latitude) & (latitude <= north)
    )
    return sum(_inside(countries.part(int(i)), longitude, latitude) for i in hits) % 2 == 1


def _inside(ring: NDArray[np.float64], x: float, y: float) -> bool:
    above = ring[:, 1] > y
    edges = np.flatnonzero(above[1:] != above[:-1])
    start, end = ring[edges], ring[edges + 1]
    crossing = start[:, 0] + (y - start[:, 1]) / (end[:, 1] - start[:, 1]) * (
        end[:, 0] - start[:, 0]
    )
    return bool(np.count_nonzero(crossing > x) % 2)


def _polar(generator: Generator, size: tuple[int, int]) -> Viewport:
    """A pole in the middle, as of the ice around it."""
    latitude = 90.0 if chance(generator, 0.4) else -90.0
    turned = uniform(generator, -180, 180)
    meridian = 0.0 if chance(generator, 0.5) else turned
    km = min(uniform(generator, 4_000, 11_000) * max(1.0, size[0] / size[1]), FARTHEST_KM)
    name: ProjectionName = "stereographic" if chance(generator, 0.7) else "azimuthal"
    return Viewport(latitude, meridian, km, name, *size, origin=(latitude, meridian))


def _around(place: tuple[float, float], generator: Generator, size: tuple[int, int]) -> Viewport:
    latitude, longitude = place
    share = generator.random() ** TILT
    width = NARROWEST_DEG * (WIDEST_DEG / NARROWEST_DEG) ** share
    # Degrees of longitude, but not so few km near the poles that nothing is left to see.
    km = width * KM_PER_DEG * max(math.cos(math.radians(latitude)), 0.35)
    return _projected(latitude, longitude, km, (), generator, size)


def _projected(
    latitude: float,
    longitude: float,
    km: float,
    subject: tuple[int, ...],
    generator: Generator,
    size: tuple[int, int],
) -> Viewport:
    """Choose a projection that can show the view."""
    reach = 0.6 * km / KM_PER_DEG * max(size[1] / size[0], 1)  # degrees to the upper edge
    farthest = abs(latitude) + reach
    names: list[ProjectionName] = ["azimuthal"]
    if farthest < 80 and (farthest < 72 or chance(generator, 0.3)):
        names = ["mercator"] * 5 + ["equirectangular"] * 2 + ["plate carree"] * 2  # type: ignore[assignment]
        names += ["azimuthal", "conic"] if farthest < 70 else ["azimuthal"]
    elif abs(latitude) > 55 and chance(generator, 0.7):
        names = ["stereographic"]
    name = names[int(generator.integers(len(names)))]
    origin = None
    if name in ("azimuthal", "conic") and farthest < 65 and chance(generator, 0.3):
        turned = longitude + generator.normal(0, 12)
        origin = (latitude + generator.normal(0, 3), (turned + 180) % 360 - 180)
    elif name == "stereographic" and chance(generator, 0.7):
        meridian = float(generator.choice([0.0, -45.0, 90.0, 180.0, uniform(generator, -180, 180)]))
        origin = (math.copysign(90, latitude), meridian)
    return Viewport(latitude, longitude, km, name, *size, origin=origin, subject=subject)


def _fitted(
    atlas: Atlas, generator: Generator, size: tuple[int, int], style: MapStyle
) -> Viewport | None:
    """A view that shows its subject as a whole; None for one that no map would show so."""
    subject, (west, south, east, north) = random_subject(atlas, generator, style)
    if not subject or east - west > 120 or north < -60:
        return None
    latitude, longitude = (south + north) / 2, (west + east) / 2
    wide = (east - west) * KM_PER_DEG * math.cos(math.radians(latitude))
    high = (north - south) * KM_PER_DEG * size[0] / size[1]
    km = max(wide, high, 30.0) * (1.05 + generator.exponential(0.4))
    if km > 9000:
        return None
    shift = generator.normal(0, 0.04, 2) * km / KM_PER_DEG
    return _projected(
        float(np.clip(latitude + shift[0], -80, 80)), longitude, km, subject, generator, size
    )


def _shows_something(atlas: Atlas, view: Viewport, style: MapStyle) -> bool:
    """True when what the style draws has enough points in view, and not all in one corner."""
    window = Projector(view).window
    regions = style.regions and atlas.regions
    ground = atlas.grounds[REGIONS if regions else "10m" if view.width_km < 300 else "50m"]
    layers = [ground.coasts]
    layers += [ground.borders] if style.border or len(style.land) > 1 else []
    layers += [atlas.rivers] if style.river else []
    parts = [shapes.part(*hit) for shapes in layers for hit in shapes.find(window)]
    if style.lettering and style.lettering.towns:
        parts.append(atlas.towns.xy)
    if not parts:
        return False
    lon, lat = np.concatenate(parts).T
    east = (lon - view.longitude + 180) % 360 - 180
    inside = (np.abs(east) < (window.east - window.west) / 2.2) & (lat > window.south)
    inside &= lat < window.north
    if np.count_nonzero(inside) < LEAST_POINTS:
        return False
    wide = np.ptp(east[inside]) / (window.east - window.west)
    high = np.ptp(lat[inside]) / (window.north - window.south)
    return bool(max(wide, high) > LEAST_SPREAD)
