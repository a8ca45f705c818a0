"""Sentences instead of pictures: what a visitor asked, and what the page shows of it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from html import escape
from string import ascii_uppercase
from typing import TYPE_CHECKING

import numpy as np

from geomapclip.errors import GeoMapCLIPError, InvalidArgumentError, UnreachableError
from geomapclip.wording import percent
from webapp.answer import error_html, table_html
from webapp.locate import Located, present
from webapp.map_view import Json
from webapp.world import Mark

if TYPE_CHECKING:
    from geomapclip.estimate import Candidate, Estimate
    from geomapclip.predictor import Embedding, Predictor
    from webapp.models import Models

PROMPTS = (
    "a beach in Australia",
    "a desert with camels",
    "a wooden church in deep snow",
    "neon signs above a street at night",
    "rice terraces",
    "a fjord",
    "acacia trees in a savannah",
    "a colourful house with a balcony",
)
MOST_SENTENCES = 8  # compared at a time; the oldest goes
MOST_LETTERS = 300  # of a sentence: some four times what CLIP reads, so nothing good is refused
WORDS_WEIGHTS = "geoclip"  # asked where the page's own model knows no words

MISSING = "Asking with words needs CLIP's text tower and its tokenizer, and they are not here."
HINT = (
    '<p class="hint">Write what a photo would show. CLIP gives words and pictures embeddings in '
    "one space, so a sentence can take a photo's place; the map then shows where such photos "
    "would be made. CLIP learnt from English.</p>"
)


@dataclass(frozen=True, eq=False)
class Asked:
    """One sentence that was asked with.

    Attributes:
        letter: Its own among those that are compared: "A", "B", ...
        sentence: As the visitor wrote it.
        embedding: From `Predictor.embed_words`, shape (512,).
    """

    letter: str
    sentence: str
    embedding: Embedding


@dataclass(frozen=True, eq=False)
class Sentences:
    """What a visitor asked with: it does not change, each question makes another.

    Attributes:
        asked: The oldest first.
        chosen: Letter of the sentence whose belief is shown, "" where there is none.
    """

    asked: tuple[Asked, ...] = ()
    chosen: str = ""

    def add(self, sentence: str, embedding: Embedding) -> Sentences:
        """With one more sentence, which is shown; asking the same again shows the old one."""
        same = [each for each in self.asked if each.sentence == sentence]
        if same:
            return self.choose(same[0].letter)
        kept = self.asked[-(MOST_SENTENCES - 1) :]
        taken = {each.letter for each in kept}
        letter = next(letter for letter in ascii_uppercase if letter not in taken)
        return Sentences((*kept, Asked(letter, sentence, embedding)), letter)

    def choose(self, letter: object) -> Sentences:
        """Showing another; a letter comes from the browser and can be anything."""
        known = [each.letter for each in self.asked if each.letter == letter]
        return dataclasses.replace(self, chosen=known[0]) if known else self

    def forget(self, letter: object) -> Sentences:
        """Without one of them."""
        left = tuple(each for each in self.asked if each.letter != letter)
        if any(each.letter == self.chosen for each in left):
            return Sentences(left, self.chosen)
        return Sentences(left, left[-1].letter if left else "")


@dataclass(frozen=True)
class Shown:
    """What the tab's panels show: HTML, and plain values for the map."""

    sentence: str
    compared: str
    places: str
    view: Json | None


def reader(models: Models) -> Predictor:
    """The predictor that is asked with words: the page's own where it stands on CLIP.

    Raises:
        UnreachableError: CLIP is not here and cannot be fetched.
        WeightsError: What is here is damaged.
    """
    return models.base if models.base.reads_words else models.get(WORDS_WEIGHTS)


def read_sentence(text: object) -> str:
    """A sentence as it came from the browser, without the space around it.

    Raises:
        InvalidArgumentError: No text, none in it, or far too much.
    """
    sentence = text.strip() if isinstance(text, str) else ""
    if not 0 < len(sentence) <= MOST_LETTERS:
        raise InvalidArgumentError(
            "sentence", text, f"must hold some words, at most {MOST_LETTERS} letters"
        )
    return sentence


def show(sentences: Sentences, predictor: Predictor, top_k: int, *, fly: bool) -> Shown:
    """What the panels show.

    Args:
        sentences: With at least one.
        predictor: From `reader`.
        top_k: Number of places.
        fly: Whether the map goes to the answer.
    """
    if not sentences.asked:
        return Shown(HINT, "", "", None)
    beliefs = {each.letter: predictor.estimate(each.embedding) for each in sentences.asked}
    best = {letter: belief.top_k(1)[0] for letter, belief in beliefs.items()}
    chosen = next(each for each in sentences.asked if each.letter == sentences.chosen)
    belief = beliefs[chosen.letter]
    most = min(top_k, len(belief.gallery))
    answer = present(Located(belief, None, "", chosen.sentence), most, fly=fly)
    view = dataclasses.replace(answer.view, gallery=belief.gallery.name).to_json()
    others = [
        vars(_mark(each, best[each.letter])) | {"fixed": True}
        for each in sentences.asked
        if each.letter != chosen.letter
    ]
    return Shown(
        f'<p class="sentence"><q>{escape(chosen.sentence)}</q>: {escape(answer.sentence)}</p>'
        f'<p class="model">Answered by <strong>{escape(answer.weights)}</strong></p>',
        _compared_html(sentences, beliefs, best),
        table_html(answer),
        view | {"marks": others, "visit": ""},
    )


def missing_html(error: GeoMapCLIPError) -> str:
    """Why no sentence can be asked with, and what to do; other errors in their own words."""
    if isinstance(error, UnreachableError):
        return f'<div class="error">{MISSING} {escape(str(error))}</div>'
    return error_html(error)


def start_html(predictor: Predictor) -> str:
    """What stands there before a sentence: what to do, or what the page lacks."""
    if predictor.reads_words:
        return HINT
    return (
        f"{HINT}<p class='error'>The model at work, <strong>{escape(predictor.name)}</strong>, "
        "knows no words: they need CLIP ViT-L/14, its text tower and its tokenizer. Start the "
        "application where the Hugging Face hub answers, or set <code>GEOMAPCLIP_CLIP</code> to a "
        "folder that holds openai/clip-vit-large-patch14. Where CLIP has come since, just ask.</p>"
    )


def _mark(asked: Asked, best: Candidate) -> Mark:
    return Mark(
        asked.letter,
        best.latitude,
        best.longitude,
        asked.sentence,
        f"{best.place}, {percent(best.probability)}",
    )


def _compared_html(
    sentences: Sentences, beliefs: dict[str, Estimate], best: dict[str, Candidate]
) -> str:
    chosen = beliefs[sentences.chosen]
    rows = "".join(
        f'<tr class="{"selected" if each.letter == sentences.chosen else ""}">'
        f'<td><button data-letter="{each.letter}" aria-label="Show sentence {each.letter}" '
        f'aria-pressed="{str(each.letter == sentences.chosen).lower()}">{each.letter}</button></td>'
        f'<th scope="row">{escape(each.sentence)}<small>{escape(str(best[each.letter].place))}'
        f"</small></th><td>{percent(best[each.letter].probability)}</td>"
        f"<td>{beliefs[each.letter].confidence}</td>"
        f"<td>{_overlap(beliefs[each.letter], chosen)}</td>"
        f'<td><button data-forget="{each.letter}" aria-label="Forget sentence {each.letter}">×'
        "</button></td></tr>"
        for each in sentences.asked
    )
    return (
        '<table class="asked"><caption>Sentences compared</caption><thead><tr>'
        '<th scope="col" aria-label="Letter"></th><th scope="col">Sentence and best place</th>'
        '<th scope="col">Probability</th><th scope="col">Confidence</th>'
        f'<th scope="col">Shared with {sentences.chosen}</th>'
        f'<th scope="col" aria-label="Forget"></th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _overlap(one: Estimate, other: Estimate) -> str:
    """The belief that two share: 100 % where they are the same, 0 % where they never meet."""
    return percent(float(np.minimum(one.probability, other.probability).sum()))
