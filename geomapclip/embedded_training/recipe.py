"""What the training of the ``embedded`` encoder depends on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Recipe:
    """What one training run depends on, each with its reason."""

    seed: int = 0
    pictures: int = 160_000  # in all
    decay: int = 30_000  # over the last of them the learning rate falls to zero
    warm_up: int = 2_000  # over the first it rises: the head is random
    # From a picture's number on, its side in pixels: coasts are learnt small and cheaply first.
    sizes: tuple[tuple[int, int], ...] = ((0, 128), (130_000, 160), (150_000, 192))
    batch: int = 32
    photo_share: float = 0.08  # there are few photographs, and they are repeated
    learning_rate: float = 4e-4  # of the features; they start from ImageNet
    head_rate: float = 1e-3
    weight_decay: float = 0.02
    dropout: float = 0.2  # on the features
    frozen_blocks: int = 4  # edges and corners are the same on maps, and the dearest to train
    mean_over: float = 0.99  # of the running mean of the weights, for each step
    classes: int = 8_192  # places of the world gallery in one step
    map_reach_km: float = 150.0  # a target falls to 1/e at this distance
    photo_reach_km: dict[str, float] = field(  # labels of photographs are rougher
        default_factory=lambda: {
            "exact": 300.0,
            "landmark": 300.0,
            "city": 500.0,
            "country": 1500.0,
        }
    )
    # Of a target, what lies where people go as a whole: what nobody can tell from the picture
    # falls back on that. There are too few photographs to learn more from.
    map_doubt: float = 0.02
    photo_doubt: float = 0.5
    doubt_reach_km: float = 300.0  # how roughly that is meant; the densest city is not the mode
    held_out: tuple[str, ...] = (  # sources of photographs that only calibrate and test
        "avsolon/KvizGeoBot",
        "drewnoakes/metadata-extractor-images",
        "mapillary/OpenSfM",
        "photoprism/photoprism",
        "ualsg/global-streetscapes",
    )
    # Maps drawn by others and photographs from elsewhere are stranger than whatever it is
    # calibrated on. So a belief keeps this share for all places alike, and its regions of 90 %
    # hold a little more than that of each kind that it is calibrated on.
    doubt: float = 0.06
    caution: float = 0.03
    calibration_maps: int = 600  # drawn from another seed, to fit how sure it may be
    test_maps: int = 600  # drawn from a third seed

    def refining(self) -> Recipe:
        """Of a run that goes on from finished weights: shorter, gentler, with other pictures."""
        return replace(
            self,
            seed=self.seed + 31,
            pictures=60_000,
            decay=36_000,
            sizes=((0, 192),),
            learning_rate=self.learning_rate / 2,
            head_rate=self.head_rate / 2,
            map_reach_km=75.0,
            map_doubt=0.05,
        )

    def size(self, number: int) -> int:
        """Side in pixels of the picture with a number."""
        return [side for first, side in self.sizes if first <= number][-1]

    def rate(self, number: int) -> float:
        """Share of the learning rate at the picture with a number, (0, 1]."""
        rising = (number + self.batch) / max(self.warm_up, 1)
        falling = (self.pictures - number) / max(self.decay, 1)
        return min(1.0, rising, falling)
