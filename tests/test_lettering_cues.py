"""Scripts, telephone numbers, domains and signs of money: what they say and what they must not."""

import numpy as np
import pytest
from drawn_names import word

from geomapclip import Estimate, Gallery, load_gallery
from geomapclip.lettering import describe_lettering, lettering_sentences, understand
from geomapclip.lettering.cues import MOST_ODDS, NOISE, cue_evidence, find_cues, script_of

BERLIN, TOKYO, PARIS, ATHENS, PACIFIC = (
    (52.5, 13.4), (35.7, 139.7), (48.9, 2.35), (38.0, 23.7), (-30.0, -130.0)
)  # fmt: skip


@pytest.fixture(scope="module")
def five():
    return Gallery("five", np.array([BERLIN, TOKYO, PARIS, ATHENS, PACIFIC]))


@pytest.mark.parametrize(
    ("text", "kind", "sign", "countries"),
    [
        ("+49 30 1234567", "telephone", "+49", {"DE"}),
        ("Tel. 0049 (0)30-123456", "telephone", "+49", {"DE"}),
        ("www.backerei.de", "domain", ".de", {"DE"}),
        ("info@bakery.co.uk", "domain", ".uk", {"GB"}),
        ("15 zł", "currency", "zł", {"PL"}),
        ("₩9000", "currency", "₩", {"KR"}),
        ("さくらまち", "script", "KANA", {"JP"}),
        ("Αθήνα", "script", "GREEK", {"GR", "CY"}),
        ("ภาษาไทย", "script", "THAI", {"TH"}),
    ],
)
def test_what_each_cue_speaks_for(text, kind, sign, countries):
    (cue,) = find_cues([word(text)])
    assert (cue.kind, cue.text, cue.words) == (kind, sign, (0,))
    assert {code for code, _ in cue.ratios} == countries


@pytest.mark.parametrize(
    "text",
    ["", "Lyon", "St.Lu", "a.m", "U.S", "google.com", "twitch.tv", "see No.de Ville", "1:50000",
     "+999 12345678", "+49 1", "2024-01-01", "5 $x", "Ω", "x" * 10_000, "+1" * 5000],
)  # fmt: skip
def test_what_is_no_cue(text):
    assert find_cues([word(text)]) == []


def test_what_the_reader_was_not_sure_of_is_no_cue():
    assert find_cues([word("さくらまち", confidence=0.7)]) == []


def test_the_likelihood_by_hand(five):
    (cue,) = cues = find_cues([word("+49 30 1234567"), word("+49 30 7654321")])
    assert cue.words == (0, 1)  # one cue, however often it is written
    most = NOISE + (1 - NOISE) * MOST_ODDS
    expected = np.log([most, NOISE, NOISE, NOISE, NOISE])
    np.testing.assert_allclose(cue_evidence(cues, five), expected)
    assert cue.nats == pytest.approx(np.log(most))


def test_cues_of_one_kind_share_their_weight_and_kinds_add_up(five):
    most = NOISE + (1 - NOISE) * MOST_ODDS
    both = find_cues([word("+49 30 1234567"), word("+33 1 23 45 67 89")])
    half = np.log((most + NOISE) / 2)
    np.testing.assert_allclose(cue_evidence(both, five)[[0, 2]], half)
    kinds = find_cues([word("+49 30 1234567"), word("www.backerei.de")])
    assert cue_evidence(kinds, five)[0] == pytest.approx(2 * np.log(most))


def test_chinese_characters_between_kana_are_japanese():
    texts = ["春屋珈琲店", "クロガネモチ"]
    assert [cue.text for cue in find_cues([word(text) for text in texts])] == ["KANA"]
    assert [cue.text for cue in find_cues([word(texts[0])])] == ["CJK"]


def test_no_cue_says_nothing(five):
    assert not cue_evidence([], five).any()


def test_one_cue_never_makes_the_belief_sharp():
    gallery = load_gallery("world")
    lettering, nats = understand([word("www.backerei.de")], (640, 480), gallery)
    assert [cue.text for cue in lettering.cues] == [".de"]
    estimate = Estimate(gallery, nats, "cue")
    assert estimate.confidence == "low"
    assert estimate.probability.max() < 0.001
    assert describe_lettering(lettering)["cues"][0]["kind"] == "domain"
    assert lettering_sentences(lettering) == ["Signs of a country: .de (Germany)."]
    silent, without = understand([word("www.backerei.de")], (640, 480), gallery, cues=False)
    assert silent.cues == ()
    assert not without.any()


def test_a_cue_that_is_struck_out_does_not_count(five):
    words = [word("www.backerei.de"), word("さくらまち", y=300)]
    lettering, nats = understand(words, (640, 480), five, struck={0})
    assert [(cue.text, cue.words) for cue in lettering.cues] == [("KANA", (1,))]
    assert nats.argmax() == 1


def test_letters_and_their_scripts():
    assert [script_of(c) for c in "aЖカの漢ー1!"] == [
        "LATIN", "CYRILLIC", "KANA", "KANA", "CJK", "KANA", "", ""
    ]  # fmt: skip
