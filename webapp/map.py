"""The Folium page that shows a `MapView`.

The page is made once and lives in the browser; results are sent into it as JSON, so the user's
view of the map is kept. A stand-alone file is the same page with its result, style and scripts
inside. This is the only file that imports folium. Nothing is fetched from another host: the
base map is Natural Earth's outlines, and Leaflet comes from the package xstatic-leaflet.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import folium
from branca.element import Figure, MacroElement
from folium.template import Template
from xstatic.pkg import leaflet

from geomapclip.assets import asset
from webapp.heatmap import Bounds
from webapp.map_view import Json, MapView

LEAFLET = Path(leaflet.BASE_DIR)
STATIC = Path(__file__).parent / "static"
FRAME_CSS = STATIC / "map_frame.css"
FRAME_JS = [
    STATIC / f"map_{part}.js" for part in ("tools", "signs", "marks", "names", "lettering", "frame")
]
WORLD: Bounds = ((-58.0, -180.0), (80.0, 180.0))  # all land but Antarctica


# What the user may show and hide, by the names of the groups in map_frame.js.
BELIEF_LAYERS = {
    "heatmap": "Heatmap",
    "regions": "50 % and 90 % regions",
    "pins": "Best places",
    "truth": "Photo's own place (EXIF)",
    "names": "Names that were read",
    "footprint": "Frame of the map",
}
LIVE_LAYERS = {
    **BELIEF_LAYERS,
    "overlay": "The picture, laid over",
    "photos": "All pictures",
    "points": "Gallery points",
}
GAME_LAYERS = {"heatmap": "Model's belief", "pins": "Its best places", "truth": "Where it is"}
WORDS_LAYERS = {
    "heatmap": "Heatmap",
    "regions": "50 % and 90 % regions",
    "pins": "Best places",
    "marks": "Other sentences",
    "points": "Gallery points",
}
WORLD_LAYERS = {"heatmap": "Colours", "marks": "A and B", "points": "Gallery points"}


class Bridge(MacroElement):
    """Puts the script that draws results, and what it needs, into a Folium map.

    It has to be a child of the map: a script added to the root runs before the map exists.

    Args:
        styles: Files whose text goes into the page.
        scripts: The same; the last defines ``startMap``.
        start: From `_start`; a page that has set ``mapStart`` before goes by that.
    """

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            {% for text in this.styles %}<style>{{ text }}</style>{% endfor %}
            {% for text in this.scripts %}<script>{{ text }}</script>{% endfor %}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            startMap({{ this._parent.get_name() }}, window.mapStart || {{ this.start|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, styles: list[Path], scripts: list[Path], start: Json) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Bridge"
        self.styles = [path.read_text("utf-8") for path in styles]
        self.scripts = [path.read_text("utf-8") for path in scripts]
        self.start = start


def _start(
    layers: dict[str, str],
    view: Json | None = None,
    *,
    live: bool = True,
    boxes: bool = False,
    keys: bool = False,
) -> Json:
    """What a map begins with.

    Args:
        layers: What can be shown and hidden, with titles.
        view: Drawn at once, or None.
        live: Whether the page around the map sends results and wants to hear of clicks.
        boxes: Whether a box can be drawn by hand.
        keys: Whether the page around the map wants to hear of keys, which then do not move it.
    """
    return {
        "view": view, "live": live, "world": WORLD, "layers": layers, "boxes": boxes, "keys": keys,
    }  # fmt: skip


# The page's maps beside that of `live_page`, which each of them is with another beginning: for
# `webapp.world.WorldView`, for sentences, and for a game.
EXPLORE_MAP = _start(WORLD_LAYERS)
WORDS_MAP = _start(WORDS_LAYERS)
GAME_MAP = _start(GAME_LAYERS, keys=True)


def folium_map(view: MapView | None = None) -> folium.Map:
    """A Folium map with all it needs inside: a notebook shows it, ``.save(path)`` writes it.

    Args:
        view: What it shows, or None for the bare world.
    """
    styles, scripts = [LEAFLET / "leaflet.css", FRAME_CSS], [LEAFLET / "leaflet.js", *FRAME_JS]
    start = _start(BELIEF_LAYERS, None if view is None else view.to_json(), live=False)
    return _world_map(Bridge(styles, scripts, start), served=None)


def standalone_html(view: MapView) -> str:
    """One HTML file that shows the answer without a network and without this application."""
    return _render(folium_map(view))


@cache
def live_page(served: str = "gradio_api/file=") -> str:
    """The page for the application's frames: the bare world, waiting for results.

    It goes to the browser once (see ``static/map_host.js``), because its outlines are large.

    Args:
        served: What stands before a served file's path in its address; relative to the
            application's own.
    """
    bridge = Bridge([FRAME_CSS], FRAME_JS, _start(LIVE_LAYERS, boxes=True))
    return _render(_world_map(bridge, served))


def static_text(name: str) -> str:
    """The text of one of this application's own scripts or styles."""
    return (STATIC / name).read_text("utf-8")


def _world_map(bridge: Bridge, served: str | None) -> folium.Map:
    """Natural Earth's land, lakes and borders with the bridge; Leaflet by link where served."""
    world = folium.Map(
        location=(20, 0), zoom_start=1, tiles=None, zoom_snap=0.25, zoom_delta=0.75, max_zoom=12
    )
    links = [] if served is None else [f"{served}{LEAFLET.as_posix()}/leaflet"]
    world.default_js = [("leaflet", f"{link}.js") for link in links]
    world.default_css = [("leaflet_css", f"{link}.css") for link in links]
    panes = {"land": 200, "lakes": 210, "heatmap": 300, "overlay": 320, "borders": 350}
    for name, height in panes.items():
        folium.map.CustomPane(name, z_index=height).add_to(world)
    for name in ("land", "lakes", "borders"):
        outline = json.loads(asset("outlines", f"{name}.geojson").read_text("utf-8"))
        folium.GeoJson(outline, pane=name, class_name=name, interactive=False).add_to(world)
    bridge.add_to(world)
    world.add_to(Figure(title="Map of the belief"))
    return world


def _render(world: folium.Map) -> str:
    html: str = world.get_root().render()
    return html
