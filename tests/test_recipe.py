import dataclasses
import json
import math

import pytest

from geomapclip.errors import InvalidArgumentError
from geomapclip.training.recipe import Recipe


def test_the_defaults_are_the_papers():
    recipe = Recipe()
    assert (recipe.batch, recipe.queue) == (512, 4096)
    assert (recipe.batch_noise_m, recipe.queue_noise_m) == (150, 1000)
    assert (recipe.learning_rate, recipe.weight_decay, recipe.gamma) == (3e-5, 1e-6, 0.87)
    assert (recipe.temperature, recipe.sigma) == (0.07, (1, 16, 256))
    assert not (recipe.symmetric or recipe.smoothing_km or recipe.hard_share)


def test_every_value_has_a_meaning_and_a_source():
    for field in dataclasses.fields(Recipe):
        assert field.metadata["meaning"], field.name
        assert field.metadata["source"], field.name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch", 1), ("epochs", 0), ("queue", -1), ("learning_rate", 0.0), ("gamma", math.nan),
        ("batch_noise_m", -1.0), ("hard_share", 1.5), ("validation_share", 1.0), ("sigma", ()),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_named(name, value):
    with pytest.raises(InvalidArgumentError, match=f"^{name} = "):
        Recipe(**{name: value})


def test_json_and_back():
    recipe = Recipe(epochs=3, sigma=(1.0, 2.0))
    assert Recipe(**json.loads(json.dumps(recipe.to_json()))) == recipe
