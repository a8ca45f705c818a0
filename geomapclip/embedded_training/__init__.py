"""How the ``embedded`` encoder is trained; ``python -m geomapclip.train_embedded`` does it."""
