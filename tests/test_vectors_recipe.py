"""How title and body become text parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.vectors.recipe import Recipe, combine_parts, cut_lead, make_texts

SENTENCES = " ".join(f"Sentence number {index} has exactly seven words." for index in range(60))


def test_a_lead_ends_on_a_sentence() -> None:
    lead = cut_lead(SENTENCES, 40)
    assert lead.endswith("words.")
    assert 32 <= len(lead.split()) <= 40


def test_a_short_text_is_kept_whole() -> None:
    assert cut_lead("  Only this.  ", 40) == "Only this."


@pytest.mark.parametrize("end", ["。", "！", "؟ ", "।  ", "… "])
def test_sentences_end_in_every_script(end: str) -> None:
    text = (("字" * 19 if end in "。！" else "शब्द " * 19) + end) * 30
    lead = cut_lead(text, 45)
    assert lead.endswith(end.strip())
    assert 0 < len(lead) < len(text)


def test_a_text_without_sentence_ends_is_cut_between_words() -> None:
    words = ["word"] * 500
    assert cut_lead(" ".join(words), 50) == " ".join(words[:50])


def test_an_unbroken_megabyte_is_cut_by_characters() -> None:
    assert 0 < len(cut_lead("x" * 1_000_000, 50)) <= 50 * 40


def test_a_token_counter_bounds_the_lead() -> None:
    lead = cut_lead(SENTENCES, 40, count_tokens=lambda text: 2 * len(text.split()))
    assert len(lead.split()) <= 20


def test_title_and_lead_share_the_weight() -> None:
    parts = make_texts(["Title"], ["Body text here."], Recipe(title_weight=0.7))
    assert parts.texts == ["Title", "Body text here."]
    assert parts.weights == pytest.approx([0.7, 0.3])


@pytest.mark.parametrize(
    ("title", "body", "texts"),
    [
        ("Title", None, ["Title"]),
        (None, "Body.", ["Body."]),
        ("", "", [""]),
        (None, None, [""]),
        ("Same title", "Same title. And the rest.", ["Same title", "And the rest."]),
        ("Same title", "SAME TITLE", ["Same title"]),
        ("🎉🎉", None, ["🎉🎉"]),
    ],
)
def test_missing_parts_leave_the_other_at_full_weight(title: str | None, body: str | None, texts: list[str]) -> None:
    parts = make_texts([title], [body], Recipe())
    assert parts.texts == texts
    assert parts.weights.sum() == pytest.approx(1)


def test_joined_recipe_makes_one_text() -> None:
    recipe = Recipe(separate=False)
    assert make_texts(["Who won?", "A title"], ["Nobody.", "Text."], recipe).texts == [
        "Who won? Nobody.",
        "A title. Text.",
    ]


def test_mean_of_chunks_covers_the_whole_text() -> None:
    parts = make_texts(["T"], [SENTENCES], Recipe(long_text="mean", lead_words=50))
    assert " ".join(parts.texts[1:]) == SENTENCES
    assert parts.weights.sum() == pytest.approx(1)


def test_no_lead_keeps_articles_without_title() -> None:
    parts = make_texts(["Title", None], ["Body one.", "Body two."], Recipe(lead_words=0))
    assert parts.texts == ["Title", "Body two."]


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError):
        make_texts(["a"], [], Recipe())


def test_the_id_tells_recipes_apart() -> None:
    recipes = [Recipe(), Recipe(0.3), Recipe(lead_words=10), Recipe(long_text="mean"), Recipe(separate=False)]
    assert len({recipe.id for recipe in recipes}) == len(recipes)


def test_combining_gives_unit_rows_and_survives_opposites() -> None:
    parts = make_texts(["a", "b", None], ["x", None, "y"], Recipe(title_weight=0.5))
    vectors = np.array([[1, 0], [-1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    combined = combine_parts(parts, vectors)
    assert combined == pytest.approx(np.array([[1, 0], [0, 1], [0.6, 0.8]]))


def test_combining_many_articles_is_combining_each() -> None:
    n_articles = 20_000
    rng = np.random.default_rng(0)
    titles = ["title" if index % 3 else None for index in range(n_articles)]
    parts = make_texts(titles, ["body"] * n_articles, Recipe())
    vectors = rng.standard_normal((len(parts.texts), 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    combined = combine_parts(parts, vectors)
    for index in (0, 1, 8191, 8192, 16_384, 19_999):
        own = parts.owners == index
        expected = (vectors[own] * parts.weights[own, None]).sum(axis=0)
        assert combined[index] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


@given(
    st.lists(st.tuples(st.none() | st.text(max_size=60), st.none() | st.text(max_size=400)), max_size=6),
    st.sampled_from([Recipe(), Recipe(lead_words=3), Recipe(long_text="mean", lead_words=4), Recipe(separate=False)]),
)
def test_every_article_has_parts_that_weigh_one(articles: list[tuple[str | None, str | None]], recipe: Recipe) -> None:
    parts = make_texts([one for one, _ in articles], [other for _, other in articles], recipe)
    totals = np.bincount(parts.owners, weights=parts.weights, minlength=len(articles))
    assert totals == pytest.approx(np.ones(len(articles)))
    assert list(parts.owners) == sorted(parts.owners)
