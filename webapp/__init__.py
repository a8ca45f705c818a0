"""The map application: a photo in, a belief drawn on a world map.

Floors, each importing only from those before it: ``settings``; ``heatmap`` (belief to PNG) and
``map`` (the only file that imports folium); ``locate`` (pure functions: data in, view out);
``answer`` (an answer to HTML and JSON); ``explore`` and ``learn`` (the location encoder and the
method, drawn with ``world`` and ``plot``); ``ui`` (the only file that imports gradio).
The package ``geomapclip`` never imports this one.
"""
