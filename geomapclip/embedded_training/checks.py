"""Pictures that a training is measured on."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from geomapclip.embedded_encoder import EmbeddedEncoder
from geomapclip.embedded_training.measures import Figures, calibrate, measure, median_km, see
from geomapclip.embedded_training.pictures import Sample
from geomapclip.gallery import Gallery

DRAWN, PHOTOGRAPHS = "drawn maps, another seed", "photographs, other sources"
WIDE, WIDE_KM = "of these, 330 km wide or more", 330.0  # three degrees of latitude
REAL = "real maps, drawn by others"
COUNTRIES = "maps of countries, KGeography's"
GLANCE = 200  # pictures of each kind that are measured on the way


@dataclass(frozen=True)
class Checks:
    """Pictures that nothing is learnt from, by what they are.

    Attributes:
        calibration: To fit how sure the belief may be.
        test: To measure on.
        locations: Unit embeddings of the world gallery, (m, 512).
        world: That gallery.
        doubt: As in the `Recipe`, as is the next.
    """

    calibration: dict[str, list[Sample]]
    test: dict[str, list[Sample]]
    locations: Tensor
    world: Gallery
    doubt: float = 0.0
    caution: float = 0.0

    def glance(self, encoder: EmbeddedEncoder) -> dict[str, dict[str, float]]:
        """Median km and share within 750 km of some of the test pictures."""
        figures = {}
        for name, samples in self.test.items():
            seen = see(encoder, samples[:GLANCE])
            median, near = median_km(seen, self.locations, self.world)
            figures[name] = {"median_km": round(median), "within_750_km": round(near, 3)}
        return figures

    def figures(self, encoder: EmbeddedEncoder) -> tuple[Tensor, dict[str, Figures]]:
        """The fitted scale, as its logarithm, and what the test pictures say under it."""
        kinds = [see(encoder, samples) for samples in self.calibration.values()]
        scale = calibrate(kinds, self.locations, self.world, self.doubt, self.caution)
        return scale, {
            name: measure(see(encoder, samples), self.locations, self.world, scale, self.doubt)
            for name, samples in self.test.items()
        }
