"""Features as KML 2.2, for Google Earth and its like (OGC 07-147r2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from webapp.features import CREDIT, Feature

NAMESPACE = "http://www.opengis.net/kml/2.2"
# KML writes colours as opacity, blue, green, red.
BEST, OTHER, TRUTH, OUTLINE = "ff2f23b4", "ff2e2016", "ff4b7a0b", "ff2e2016"


def write_kml(photos: Mapping[str, Iterable[Feature]]) -> bytes:
    """One folder a photo, with points and outlines in the map's colours.

    Args:
        photos: Features of each photo by the folder's name.
    """
    root = Element("kml", xmlns=NAMESPACE)
    document = SubElement(root, "Document")
    _text(document, "name", "GeoMapCLIP")
    _text(document, "description", CREDIT)
    for name, colour in (("best", BEST), ("candidate", OTHER), ("truth", TRUTH)):
        icon = SubElement(SubElement(document, "Style", id=name), "IconStyle")
        _text(icon, "color", colour)
    for name, width in (("inner", "3"), ("outer", "1.5")):
        style = SubElement(document, "Style", id=name)
        line = SubElement(style, "LineStyle")
        _text(line, "color", OUTLINE)
        _text(line, "width", width)
        _text(SubElement(style, "PolyStyle"), "fill", "0")
    for photo, features in photos.items():
        folder = SubElement(document, "Folder")
        _text(folder, "name", photo)
        for feature in features:
            _placemark(folder, feature)
    ElementTree.indent(root, "")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _placemark(folder: Element, feature: Feature) -> None:
    properties = feature.properties
    mark = SubElement(folder, "Placemark")
    name, style = _name_and_style(feature)
    _text(mark, "name", name)
    _text(mark, "styleUrl", f"#{style}")
    data = SubElement(mark, "ExtendedData")
    for key, value in properties.items():
        if value is not None:
            _text(SubElement(data, "Data", name=key), "value", str(value))
    _geometry(mark, feature.geometry)


def _name_and_style(feature: Feature) -> tuple[str, str]:
    properties = feature.properties
    if properties["kind"] == "candidate":
        best = properties["rank"] == 1
        return f"{properties['rank']}. {properties['place']}", "best" if best else "candidate"
    if properties["kind"] == "region":
        share = float(properties["share"] or 0)
        return f"{share * 100:.0f} % of the belief", "inner" if share <= 0.5 else "outer"
    if properties["kind"] == "name":
        return f"Read: {properties['name']}", "candidate"
    if properties["kind"] == "frame":
        return "Frame of the map", "inner"
    return "Where the photo was made (EXIF)", "truth"


def _geometry(parent: Element, geometry: BaseGeometry) -> None:
    if not isinstance(geometry, Polygon) and len(shapely.get_parts(geometry)) > 1:
        parent = SubElement(parent, "MultiGeometry")
    for part in shapely.get_parts(geometry):
        if not isinstance(part, Polygon):
            _text(SubElement(parent, "Point"), "coordinates", _coordinates(part))
            continue
        polygon = SubElement(parent, "Polygon")
        _text(polygon, "tessellate", "1")
        for row, ring in enumerate(shapely.get_rings(part)):
            boundary = SubElement(polygon, "innerBoundaryIs" if row else "outerBoundaryIs")
            _text(SubElement(boundary, "LinearRing"), "coordinates", _coordinates(ring))


def _coordinates(geometry: BaseGeometry) -> str:
    spots = shapely.get_coordinates(geometry).round(6).tolist()
    return " ".join(f"{longitude},{latitude}" for longitude, latitude in spots)


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
