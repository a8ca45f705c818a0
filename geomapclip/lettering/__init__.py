"""What is written in a picture, as evidence of where it was made: `reading` is the way of it.

``words`` are read, ``labels`` found among them by the ``gazetteer``; ``evidence`` turns names into
a likelihood over places, ``cues`` are what else speaks for a country, ``extent`` and
``graticule`` find the frame of a map.
"""

from geomapclip.lettering.cues import Cue
from geomapclip.lettering.description import (
    describe_lettering,
    extent_sentence,
    lettering_sentences,
)
from geomapclip.lettering.evidence import Contribution
from geomapclip.lettering.extent import MapExtent
from geomapclip.lettering.labels import Label
from geomapclip.lettering.reading import Lettering, map_extent, read_lettering, understand
from geomapclip.lettering.words import Word, read_words

__all__ = [
    "Contribution",
    "Cue",
    "Label",
    "Lettering",
    "MapExtent",
    "Word",
    "describe_lettering",
    "extent_sentence",
    "lettering_sentences",
    "map_extent",
    "read_lettering",
    "read_words",
    "understand",
]
