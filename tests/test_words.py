import numpy as np
import pytest

from geomapclip.errors import InvalidArgumentError, UnreachableError, WeightsError
from webapp.models import Models
from webapp.words import (
    HINT,
    MOST_SENTENCES,
    Sentences,
    missing_html,
    read_sentence,
    reader,
    show,
    start_html,
)


@pytest.fixture
def embeddings(model):
    """Embeddings that are those of two places, so that the best place is known."""
    import torch

    with torch.inference_mode():
        places = torch.tensor([[45.764, 4.8357], [35.68, 139.69]])
        return model.encode_location(places).numpy()


def asked(*sentences):
    found = Sentences()
    for sentence in sentences:
        found = found.add(sentence, np.zeros(512, np.float32))
    return found


def test_sentences_get_letters_and_the_oldest_goes():
    found = asked("one", "two")
    assert [(each.letter, each.sentence) for each in found.asked] == [("A", "one"), ("B", "two")]
    assert found.chosen == "B"
    assert found.add("one", np.zeros(512)).chosen == "A", "the same is not asked twice"
    many = asked(*map(str, range(MOST_SENTENCES + 1)))
    assert len(many.asked) == MOST_SENTENCES
    assert many.asked[0].sentence == "1"
    assert len({each.letter for each in many.asked}) == MOST_SENTENCES


@pytest.mark.parametrize("letter", ["Z", None, 3, ["A"]])
def test_an_unknown_letter_changes_nothing(letter):
    found = asked("one", "two")
    assert found.choose(letter).chosen == "B"
    assert len(found.forget(letter).asked) == 2


def test_forgetting():
    found = asked("one", "two")
    assert found.forget("B").chosen == "A"
    assert found.forget("A").chosen == "B"
    assert found.forget("A").forget("B").chosen == ""


@pytest.mark.parametrize("text", ["", "   ", None, 7, "x" * 301])
def test_what_is_no_sentence(text):
    with pytest.raises(InvalidArgumentError, match="at most 300 letters"):
        read_sentence(text)
    assert read_sentence("  a fjord ") == "a fjord"


def test_sentences_are_compared(predictor, embeddings):
    lyon, tokyo = embeddings
    found = Sentences().add("<i>bread</i>", lyon).add("neon", tokyo)
    shown = show(found, predictor, 3, fly=True)
    assert "neon" in shown.sentence and "Japan" in shown.sentence
    assert "<i>" not in shown.sentence + shown.compared
    assert "France" in shown.compared and "Shared with B" in shown.compared
    assert "<td>100 %</td>" in shown.compared
    assert [mark["name"] for mark in shown.view["marks"]] == ["A"]
    assert shown.view["marks"][0]["latitude"] == pytest.approx(45.8, abs=1)
    assert len(shown.view["pins"]) == 3
    assert show(Sentences(), predictor, 3, fly=True).sentence == HINT


def test_the_pages_own_model_reads_where_it_stands_on_clip(predictor):
    assert reader(Models(predictor, load=None)) is predictor
    assert start_html(predictor) == HINT


def test_where_it_does_not_geoclip_is_tried(predictor):
    class Blind:
        name, reads_words, device = "embedded", False, "cpu"

    loaded = []

    def load(weights, gallery, device):
        loaded.append(weights)
        return predictor

    assert reader(Models(Blind(), load)) is predictor
    assert loaded == ["geoclip"]
    told = start_html(Blind())
    assert "GEOMAPCLIP_CLIP" in told and "text tower" in told


def test_what_is_missing_is_said_plainly():
    told = missing_html(UnreachableError("CLIP", "some/clip", "is not here"))
    assert "CLIP's text tower and its tokenizer" in told and "some/clip" in told
    assert "tokenizer" not in missing_html(WeightsError("weights", "x", "are damaged"))
