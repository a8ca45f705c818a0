"""Training of a model of places behind the frozen CLIP: see `geomapclip.train`."""
