"""Learning glosses: the right translations out of a handful of invented sentences, and the same lexicon every time."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.names.gloss_training import learn_glosses, learn_lexicon, read_sentence_pairs, write_lexicon

# An invented language: the words of each sentence in another order, with a particle that stands everywhere.
DICTIONARY = {
    "storm": "uvar",
    "harbour": "lemta",
    "minister": "sokin",
    "closes": "pidra",
    "visits": "jomul",
    "fears": "hewaz",
}
SENTENCES = [
    "storm closes harbour", "minister visits harbour", "minister fears storm", "storm visits harbour", "minister closes harbour",
    "harbour fears storm", "minister fears harbour", "storm closes storm", "minister visits minister",
]  # fmt: skip
PAIRS = [
    (sentence.split(), ["ta", *(DICTIONARY[word] for word in reversed(sentence.split()))]) for sentence in SENTENCES
]
WORD = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "epsilor", "ζ"])
PAIR = st.tuples(st.lists(WORD, min_size=1, max_size=5), st.lists(WORD, min_size=1, max_size=5))


def test_translations_are_found() -> None:
    glosses = learn_glosses(PAIRS)
    assert {word: glosses[word][0][0] for word in DICTIONARY.values()} == {
        foreign: english[:5] for english, foreign in DICTIONARY.items()
    }


def test_glosses_of_one_beginning_are_merged() -> None:
    pairs = [(["election"], ["valg"]), (["elected"], ["valg"]), (["elector"], ["valg"]), (["war"], ["krig"])] * 3
    assert learn_glosses(pairs) == {"valg": [("elect", 1.0)], "krig": [("war", 1.0)]}


def test_two_glosses_share_a_word_by_how_often_they_translate_it() -> None:
    pairs = [(["bank"], ["banka"])] * 6 + [(["shore"], ["banka"])] * 3 + [(["bench"], ["banka"])] * 2
    assert learn_glosses(pairs) == {"banka": [("bank", 0.67), ("shore", 0.33)]}


def test_chance_meetings_are_dropped() -> None:
    once = [(["one", "long", "sentence", "met", "only", "once"], ["jedna", "dlouha", "veta", "jen", "kdysi"])]
    assert learn_glosses(once) == {}
    assert learn_glosses([]) == {}
    assert learn_glosses([([], ["ta"]), (["storm"], [])]) == {}


def test_repeats_within_a_sentence_count_once() -> None:
    doubled = [(english * 2, foreign * 3) for english, foreign in PAIRS]
    assert learn_glosses(doubled) == learn_glosses(PAIRS)


@given(st.lists(PAIR, max_size=12))
def test_shares_are_hundredths_that_sum_to_one(pairs: list[tuple[list[str], list[str]]]) -> None:
    foreign = {word for _, words in pairs for word in words}
    for word, glosses in learn_glosses(pairs).items():
        assert word in foreign
        assert 1 <= len(glosses) <= 2
        assert len({gloss for gloss, _ in glosses}) == len(glosses)
        assert all(len(gloss) <= 5 and share > 0 and share == round(share, 2) for gloss, share in glosses)
        assert glosses[0][1] >= glosses[-1][1]
        assert sum(share for _, share in glosses) == pytest.approx(1)


def test_order_of_languages_does_not_change_the_text() -> None:
    one = write_lexicon(learn_lexicon({"aa": PAIRS, "bb": PAIRS[::-1]}))
    assert one == write_lexicon(learn_lexicon({"bb": PAIRS[::-1], "aa": PAIRS}))
    lines = one.splitlines()
    assert lines == sorted(lines)
    assert "aa\tuvar\tstorm 1.00" in lines
    assert learn_lexicon({"aa": PAIRS})["aa"] == learn_glosses(PAIRS)


@pytest.fixture
def parallel(tmp_path: Path) -> Path:
    zstandard = pytest.importorskip("zstandard")
    rows = {
        "tico19": [("en", "xx", "Storm closes harbour", "uvar pidra"), ("en", "en", "same", "same"), ("de", "xx", "Sturm", "uvar")],
        "open_sdg": [("en", "xx", "a b", "c d"), ("en", "xx", "word " * 41, "uvar")],
        "cldr": [("en", "yy", "harbour", "lemta")],
        "omw_permissive": [("en", "xx", "storm", "uvar"), ("en", "he", "storm", "sufa")],
        "tatoeba_mirror": [],
        "tatoeba_manythings": [("en", "xx", "minister", "sokin"), ("en", "xx", "harbour", "lemta " * 61)],
    }  # fmt: skip
    for name, lines in rows.items():
        text = "".join("\t".join(row) + "\n" for row in [("lang_a", "lang_b", "text_a", "text_b"), *lines])
        (tmp_path / f"{name}.tsv.zst").write_bytes(zstandard.ZstdCompressor().compress(text.encode()))
    return tmp_path


def test_pairs_are_read_in_the_order_of_the_sources(parallel: Path) -> None:
    pairs = read_sentence_pairs(
        parallel, lambda text, _language: [word.lower() for word in text.split() if len(word) > 1]
    )
    assert pairs == {
        "xx": [(["storm", "closes", "harbour"], ["uvar", "pidra"]), (["minister"], ["sokin"]), (["storm"], ["uvar"])],
        "yy": [(["harbour"], ["lemta"])],
    }


def test_a_language_takes_no_more_than_its_cap(parallel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clustering.names.gloss_training._PAIRS_PER_LANGUAGE", 2)
    pairs = read_sentence_pairs(parallel, lambda text, _language: text.lower().split())
    assert [len(pairs[language]) for language in ("xx", "yy")] == [2, 1]
