"""What a location encoder knows: one place in numbers, two places compared, a line, the world."""

from __future__ import annotations

from functools import cached_property
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray

from geomapclip.embeddings import Progress, embed_gallery
from geomapclip.errors import InvalidArgumentError
from geomapclip.field import Field, embed_by_scale, land_grid, on_land
from geomapclip.gallery import Gallery
from geomapclip.geodesy import (
    EARTH_RADIUS_KM,
    WGS84,
    check_coordinates,
    great_circle_km,
    unit_vectors,
)
from geomapclip.growing_field import GrowingField
from geomapclip.location_encoder import FourierFeatures, LocationEncoder, equal_earth
from geomapclip.place_embedding import Neighbour, PlaceEmbedding, Profile, Trace
from geomapclip.predictor import choose_device
from geomapclip.release import read_release
from geomapclip.weights import AUTO, release_location_encoder

MERGE_KM = 25.0  # a neighbour so near to a better one tells nothing new
MOST_SAMPLED = 17_500  # places of a gallery that are compared by scale: as many as the land grid
EDGE = 85.0  # latitude where maps end
STEPS = 48  # of a line between two places


class Explorer:
    """One location encoder, asked about places. Threads may share it.

    Args:
        name: Of the weights.
        encoder: Not to be trained meanwhile.
        gallery: Where neighbours are looked for.
        progress: Called while places are embedded.
    """

    @classmethod
    def load(
        cls, weights: str, gallery: Gallery, device: str = AUTO, progress: Progress | None = None
    ) -> Explorer:
        """Load a location encoder alone: no image encoder is needed.

        Args:
            weights: Published name or folder of saved weights.
            gallery: As above.
            device: As `geomapclip.predictor.choose_device` takes it.
            progress: As above.

        Raises:
            WeightsError: Weights that are unknown, damaged or of another shape.
            UnreachableError: Published weights that are not here and cannot be downloaded.
        """
        release = read_release(weights)
        encoder = release_location_encoder(release).to(choose_device(device))
        return cls(release.name, encoder, gallery, progress)

    @classmethod
    def untrained(cls, gallery: Gallery, seed: int) -> Explorer:
        """An encoder of random weights, as it was before training; the same for each seed."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return cls("untrained", LocationEncoder(None), gallery)

    def __init__(
        self,
        name: str,
        encoder: LocationEncoder,
        gallery: Gallery,
        progress: Progress | None = None,
    ) -> None:
        self.name = name
        self.encoder = encoder.eval()
        self.gallery = gallery
        self._progress = progress
        self._lock = Lock()

    @property
    def sigma(self) -> tuple[float, ...]:
        """One number for each scale, coarse to fine."""
        return self.encoder.sigma

    def check_scale(self, scale: int) -> None:
        """Raise `InvalidArgumentError` unless it is 0 (all) or the number of a scale."""
        if scale not in range(len(self.sigma) + 1):
            raise InvalidArgumentError("scale", scale, f"must be 0 to {len(self.sigma)}")

    def describe(self, latitude: float, longitude: float) -> PlaceEmbedding:
        """Embed one place.

        Raises:
            InvalidArgumentError: Coordinates out of range.
        """
        spot = check_coordinates((latitude, longitude))
        return PlaceEmbedding(latitude, longitude, embed_by_scale(self.encoder, spot)[:, 0])

    def neighbours(
        self, place: PlaceEmbedding, count: int, *beyond_km: float, land_only: bool = False
    ) -> list[list[Neighbour]]:
        """The gallery's places most alike, best first; near-duplicates merged.

        Args:
            place: From `describe`.
            count: At most so many of each list.
            *beyond_km: For each number a list of places at least so far away on the ground.
            land_only: Leave out places at sea.
        """
        here = unit_vectors(np.array([[place.latitude, place.longitude]]))[0]
        nearness = self.gallery.tree.data @ here  # cosine of the angle at the Earth's centre
        cosine = self._embeddings @ (place.vector / place.norm)
        if land_only:
            cosine[~self._on_land] = -np.inf
        # No place is nearer than 0 km, whatever the rounding of the cosine.
        edges = [np.cos(km / EARTH_RADIUS_KM) if km > 0 else np.inf for km in beyond_km]
        outside = [np.where(nearness > edge, -np.inf, cosine) for edge in edges]
        return [self._best(place, each, count) for each in outside]

    def _best(
        self, place: PlaceEmbedding, cosine: NDArray[np.floating], count: int
    ) -> list[Neighbour]:
        """The highest of the cosines, which are changed on the way."""
        here = (place.latitude, place.longitude)
        spots, tree = self.gallery.coordinates, self.gallery.tree
        chord = 2 * np.sin(MERGE_KM / EARTH_RADIUS_KM / 2)
        found: list[Neighbour] = []
        while len(found) < count:
            best = int(cosine.argmax())
            if not np.isfinite(cosine[best]):
                break
            latitude, longitude = spots[best].tolist()
            km = float(great_circle_km(here, spots[best]))
            found.append(Neighbour(latitude, longitude, float(cosine[best]), km))
            cosine[tree.query_ball_point(tree.data[best], chord)] = -np.inf
        return found

    def along(self, start: PlaceEmbedding, end: PlaceEmbedding, steps: int = STEPS) -> Profile:
        """Likeness to the start along the geodesic, in steps that grow with the distance.

        The finest scale changes within tens of km, so even steps would miss it.
        """
        azimuth, _, metres = WGS84.inv(start.longitude, start.latitude, end.longitude, end.latitude)
        km = metres / 1000 * np.linspace(0, 1, steps + 1) ** 2
        east, north, ahead = (
            np.full(len(km), each) for each in (start.longitude, start.latitude, azimuth)
        )
        longitude, latitude, _ = WGS84.fwd(east, north, ahead, km * 1000)
        branches = embed_by_scale(self.encoder, np.column_stack([latitude, longitude]))
        line = Field(np.empty((0, 2)), branches, "")
        scales = range(len(self.sigma) + 1)
        return Profile(km, np.stack([line.cosine(start.branches, scale) for scale in scales]))

    @torch.inference_mode()
    def trace(self, latitude: float, longitude: float) -> Trace:
        """Every step from degrees to the embedding.

        Raises:
            InvalidArgumentError: Coordinates out of range.
        """
        place = self.describe(latitude, longitude)
        device = next(self.encoder.parameters()).device
        projected = equal_earth(torch.tensor([[latitude, longitude]], device=device))
        waves = [part for part in self.encoder.modules() if isinstance(part, FourierFeatures)]
        x, y = projected[0].tolist()
        frequencies = torch.stack([wave.b for wave in waves]).cpu().numpy()
        features = torch.cat([wave(projected) for wave in waves]).cpu().numpy()
        return Trace(place, x, y, frequencies, features)

    def around(
        self, place: PlaceEmbedding, width_km: float, side: int, scale: int = 0
    ) -> tuple[NDArray[np.float32], tuple[float, float, float, float]]:
        """Likeness of the surroundings of a place to it, on an even grid of degrees.

        Args:
            place: From `describe`.
            width_km: Of the square, at the place's latitude.
            side: Cells along each side.
            scale: As in `Field.cosine`.

        Returns:
            Cosine of shape (side, side), first row north; and the square's west, south, east and
            north in degrees, where west and east may lie beyond 180.
        """
        half = np.degrees(width_km / EARTH_RADIUS_KM) / 2
        half_x = min(half / max(np.cos(np.radians(place.latitude)), 0.01), 180.0)
        south, north = max(place.latitude - half, -EDGE), min(place.latitude + half, EDGE)
        middle = (np.arange(side) + 0.5) / side
        latitude = north + (south - north) * middle
        longitude = place.longitude + half_x * (2 * middle - 1)
        grid = np.stack(np.meshgrid(latitude, (longitude + 180) % 360 - 180, indexing="ij"), -1)
        scales = None if scale == 0 else [scale - 1]
        branches = embed_by_scale(self.encoder, grid.reshape(-1, 2), scales=scales)
        own = place.branches if scales is None else place.branches[scales]
        cosine = Field(grid.reshape(-1, 2), branches, "").cosine(own)
        box = (place.longitude - half_x, south, place.longitude + half_x, north)
        return cosine.reshape(side, side), box

    @property
    def land(self) -> GrowingField:
        """An even grid over the land, to be embedded by scale."""
        with self._lock:
            return self._land

    @property
    def sample(self) -> GrowingField:
        """The gallery, or an even sample of it where it is large, to be embedded by scale."""
        with self._lock:
            return self._sample

    @cached_property
    def _land(self) -> GrowingField:
        return GrowingField(self.encoder, land_grid(), self._progress)

    @cached_property
    def _sample(self) -> GrowingField:
        step = -(-len(self.gallery) // MOST_SAMPLED)
        return GrowingField(self.encoder, self.gallery.coordinates[::step], self._progress)

    @cached_property
    def _on_land(self) -> NDArray[np.bool_]:
        return on_land(self.gallery.coordinates)

    @cached_property
    def _embeddings(self) -> NDArray[np.float32]:
        spots = self.gallery.coordinates
        return embed_gallery(self.encoder, spots, self._progress).cpu().numpy()
