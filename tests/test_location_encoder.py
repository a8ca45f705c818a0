import numpy as np
import pyproj
import pytest
import torch

from geomapclip.errors import WeightsError
from geomapclip.location_encoder import LocationEncoder, equal_earth

# New York, Sydney, Null Island, both poles, both sides of the antimeridian, Reykjavik.
PLACES = torch.tensor(
    [
        [40.7128, -74.0060], [-33.8568, 151.2153], [0, 0], [90, 0],
        [-90, 45], [12.5, 180], [12.5, -180], [64.1466, -21.9426],
    ]
)  # fmt: skip

# Numbers 0, 1, 255 and 511 of the embeddings, and the sum of all weighted by 0/512 to 511/512,
# recorded from the published packages geoclip 1.3.0 and geomapclip 0.0.3.
RECORDED = {
    "geoclip": (
        [
            [-0.0103929, 0.0078845, 0.0106716, 0.0040015],
            [-0.018702, 0.0066598, 0.0055635, -0.0080432],
            [0.0046559, 0.0006913, -0.0014484, -0.0192336],
            [0.0266595, -0.0029278, -0.0150531, 0.0042806],
            [-0.0032804, -0.0075496, -0.011755, 0.0060495],
            [0.0104093, -0.0249817, -0.0205577, 0.0039058],
            [-0.0110509, -0.0033395, -0.012519, 0.008758],
            [0.0188695, 0.0292181, -0.0134652, -0.0242176],
        ],
        [-0.028438, -0.21578, 0.002404, 0.273001, 0.043793, -0.027698, -0.013467, -0.116777],
    ),
    "geomapclip": (
        [
            [-0.0112936, -0.0077976, 0.0103105, -0.0012099],
            [0.0051607, 0.0008846, 0.0048212, -0.0030653],
            [-0.0122009, -0.0090291, 0.0125998, -0.0315412],
            [-0.0057131, 0.0115302, -0.0011022, -0.0101416],
            [0.0092098, -0.0075597, 0.0051034, -0.0069207],
            [0.0052193, -0.0052366, 0.0011358, 0.0126065],
            [0.0016168, -0.0120948, 0.0030771, -0.0028008],
            [0.0010454, 0.0068267, -0.0082056, -0.0079205],
        ],
        [0.028419, -0.063663, 0.075427, 0.141092, 0.03678, 0.150309, 0.11683, -0.01514],
    ),
}


@pytest.mark.parametrize("name", ["geoclip", "geomapclip"])
def test_embeddings_are_the_published_ones(name):
    some, weighted = RECORDED[name]
    with torch.no_grad():
        embeddings = LocationEncoder(name)(PLACES)
    torch.testing.assert_close(
        embeddings[:, [0, 1, 255, 511]], torch.tensor(some), atol=1e-5, rtol=0
    )
    total = embeddings @ (torch.arange(512) / 512)
    torch.testing.assert_close(total, torch.tensor(weighted), atol=1e-4, rtol=0)


def test_default_weights_are_geoclips_as_in_the_predecessors_readme():
    embeddings = LocationEncoder()(torch.tensor([[40.7128, -74.0060]]))
    assert embeddings.shape == (1, 512)
    assert embeddings[0, 0].item() == pytest.approx(-0.0103929, abs=1e-5)


def test_the_branches_add_up_to_the_embedding():
    encoder = LocationEncoder()
    coarse, middle, fine = encoder.by_scale(PLACES)
    torch.testing.assert_close(coarse + middle + fine, encoder(PLACES))


def test_projection_is_equal_earth():
    # On a sphere of radius 1, pyproj's eqearth is the formula of the paper.
    projection = pyproj.Proj("+proj=eqearth +R=1")
    x, y = projection(PLACES[:, 1].numpy(), PLACES[:, 0].numpy())
    expected = torch.from_numpy(np.column_stack([x, y])) * 66.50336 / 180
    torch.testing.assert_close(equal_earth(PLACES).double(), expected, atol=1e-6, rtol=0)
    assert equal_earth(torch.tensor([[0.0, 180.0]]))[0, 0].item() == pytest.approx(1, abs=1e-4)


def test_random_weights_fetch_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("GEOMAPCLIP_CACHE", str(tmp_path))
    encoder = LocationEncoder(None, sigma=(2.0, 32.0))
    assert len(encoder.by_scale(PLACES)) == 2
    assert list(tmp_path.iterdir()) == []


def test_unknown_weights():
    with pytest.raises(WeightsError, match="geoclip, geomapclip, embedded"):
        LocationEncoder("nowhere")
