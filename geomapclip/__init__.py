"""GeoMapCLIP: where on Earth was this picture made?

from geomapclip import GeoMapCLIP
coordinates, probability = GeoMapCLIP().predict("photo.jpg", top_k=5)
"""

from geomapclip.album import fuse
from geomapclip.errors import (
    DataError,
    GalleryError,
    GeoMapCLIPError,
    ImageError,
    InvalidArgumentError,
    LetteringError,
    TrainingError,
    UnreachableError,
    WeightsError,
)
from geomapclip.estimate import Candidate, CountryShare, Estimate
from geomapclip.gallery import Gallery, load_gallery
from geomapclip.image import exif_coordinates, open_image
from geomapclip.image_encoder import ImageEncoder
from geomapclip.lettering import MapExtent, Word, map_extent, read_words
from geomapclip.location_encoder import LocationEncoder
from geomapclip.model import GeoMapCLIP
from geomapclip.places import Place, find_places
from geomapclip.predictor import Predictor
from geomapclip.regions import CredibleRegion

__all__ = [
    "Candidate",
    "CountryShare",
    "CredibleRegion",
    "DataError",
    "Estimate",
    "Gallery",
    "GalleryError",
    "GeoMapCLIP",
    "GeoMapCLIPError",
    "ImageEncoder",
    "ImageError",
    "InvalidArgumentError",
    "LetteringError",
    "LocationEncoder",
    "MapExtent",
    "Place",
    "Predictor",
    "TrainingError",
    "UnreachableError",
    "WeightsError",
    "Word",
    "exif_coordinates",
    "find_places",
    "fuse",
    "load_gallery",
    "map_extent",
    "open_image",
    "read_words",
]
