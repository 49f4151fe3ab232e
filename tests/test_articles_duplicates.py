"""Near-duplicates: groups, originals, shares, and what must not be joined."""

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.duplicates import DuplicateGroups, find_near_duplicates
from clustering.articles.shingles import hash_titles, make_shingles

WORDS = [
    f"{a}{b}{c}"
    for a in ("ka", "lo", "mi", "ne", "ru", "sta", "vo", "zi")
    for b in ("ran", "des", "tol", "pur")
    for c in ("", "ing", "ov", "ent")
]


def paragraphs(seed: int, n: int = 6, words: int = 40) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choice(WORDS) for _ in range(words)) for _ in range(n)]


def group(items: list[dict[str, Any]], **options: Any) -> dict[str, tuple[str, float]]:
    """Give id -> (original's id, share copied)."""
    found = find(items, **options)
    return {
        item["id"]: (items[found.original[k]]["id"], round(float(found.copied_share[k]), 2))
        for k, item in enumerate(items)
    }


def find(items: list[dict[str, Any]], **options: Any) -> DuplicateGroups:
    column = lambda key, default=None: [item.get(key, default) for item in items]  # noqa: E731
    return find_near_duplicates(
        column("id"), column("title"), column("text"), column("hours", 0.0), column("outlet"), column("wire"), **options
    )  # fmt: skip


def article(name: str, text: str | list[str] | None, hours: float = 0.0, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "title": more.pop("title", f"title of {name}"),
        "text": "\n".join(text) if isinstance(text, list) else text,
        "hours": hours,
        "outlet": more.pop("outlet", f"{name}.example"),
        **more,
    }


def test_copies_with_other_titles_and_cut_paragraphs_are_found() -> None:
    full = paragraphs(1)
    items = [
        article("full", full, 0),
        article("retitled", full, 1, title="Something else entirely"),
        article("cut", full[:2], 2),
        article("without-middle", full[:2] + full[4:], 3),
        article("with-intro", [*paragraphs(9, 1), *full], 4),
        article("other", paragraphs(2), 1),
    ]
    found = group(items)
    assert {name: original for name, (original, _) in found.items()} == {
        "full": "full", "retitled": "full", "cut": "full", "without-middle": "full", "with-intro": "full", "other": "other",
    }  # fmt: skip
    assert found["full"][1] == 0.0
    assert found["retitled"][1] == 1.0
    assert found["cut"][1] >= 0.97
    assert 0.8 <= found["with-intro"][1] < 0.95


def test_copies_beyond_the_horizon_are_not_compared() -> None:
    text = paragraphs(1)
    items = [article("a", text, 0), article("b", text, 97)]
    assert group(items)["b"][0] == "b"
    assert group(items, horizon_hours=100)["b"][0] == "a"
    assert group([article("a", text, 0), article("b", text, float("nan"))])["b"][0] == "a"


def test_the_original_is_the_wire_then_the_earliest_with_its_credit_then_the_earliest() -> None:
    text = paragraphs(1)
    wired = [article("early", text, 0), article("credited", text, 5, wire="TASS"), article("late", text, 6)]
    assert {original for original, _ in group(wired).values()} == {"credited"}
    own = [*wired, article("wire", text, 9, outlet="sport.tass.ru", wire="TASS")]
    assert {original for original, _ in group(own, wire_hosts={"tass.ru": "TASS"}).values()} == {"wire"}
    assert {original for original, _ in group([article("b", text, 1), article("a", text, 0)]).values()} == {"a"}
    assert {original for original, _ in group([article("b", text, 1), article("a", text, 1)]).values()} == {"a"}


def test_a_day_without_hour_is_not_midnight() -> None:
    text = paragraphs(1)
    items = [article("day", text, 0), article("evening", text, 20), article("next", text, 30)]
    assert group(items)["evening"][0] == "day"
    assert {original for original, _ in group(items, precisions=["day", "minute", "minute"]).values()} == {"evening"}
    assert {original for original, _ in group(items[::2], precisions=["day", "minute"]).values()} == {"day"}


def test_a_canonical_address_of_another_outlet_is_a_copy_of_it() -> None:
    own, long = "https://valley.example/a", paragraphs(1)
    items = [
        article("early", long, 0, outlet="harbour.example"),
        article("own", paragraphs(2), 5, outlet="valley.example"),
        article("alone", paragraphs(3), 1, outlet="x.example"),
    ]
    assert group(items)["early"][0] == "early"
    found = group(items, canonical_urls=[own, own, "https://gone.example/b"])
    assert {name: original for name, (original, _) in found.items()} == {"early": "own", "own": "own", "alone": "alone"}


def test_a_digest_does_not_join_the_reports_it_holds() -> None:
    one, two, three, four, five = (paragraphs(seed, 1, 60) for seed in range(5))
    items = [
        article("one", one),
        article("two", two, 1),
        article("digest", [*one, *two, *three, *four, *five, *paragraphs(11, 1, 60)], 3),
    ]
    assert len({original for original, _ in group(items).values()}) == 3
    pair = [article("one", one), article("two", two, 1), article("both", [*one, *two], 3)]
    found = group(pair)
    assert found["one"][0] != found["two"][0]


def test_titles_alone_are_near_duplicates_across_outlets_within_two_days() -> None:
    title = "Council agrees to mend the old bridge"
    items = [
        article("a", None, 0, title=title),
        article("b", "", 10, title=title.upper() + "!"),
        article("c", None, 70, title=title),
        article("d", None, 1, title=title, outlet="a.example"),
        article("e", None, 1, title="Morning briefing today"),
        article("f", None, 1, title="Morning briefing today"),
    ]
    found = {name: original for name, (original, _) in group(items).items()}
    assert found["b"] == "a"
    assert found["c"] == "c"
    assert (found["e"], found["f"]) == ("e", "f")
    assert group([items[0], items[3]])["d"][0] == "d"
    unknown = [article("x", None, 0, title=title, outlet=None), article("y", None, 1, title=title, outlet=None)]
    assert group(unknown)["y"][0] == "x"


def test_two_scripts_of_one_language_meet() -> None:
    cyrillic = "Влада Србије усвојила је данас нови закон о раду који предвиђа веће плате за све запослене у јавном сектору од првог марта"
    latin = "Vlada Srbije usvojila je danas novi zakon o radu koji predviđa veće plate za sve zaposlene u javnom sektoru od prvog marta"
    assert group([article("a", cyrillic), article("b", latin, 1)])["b"] == ("a", 1.0)


def test_texts_without_spaces_are_compared() -> None:
    text = "委员会星期一开会六个小时，同意在冬天来临之前修好那座通往山谷的旧桥，居民们表示已经等待多年。"
    other = "外交部发言人在例行记者会上表示，双方将继续保持沟通，推动两国关系健康稳定地向前发展，造福两国人民。"
    items = [article("a", text), article("b", "（记者甲）" + text, 1), article("c", other, 1)]
    found = group(items)
    assert found["b"][0] == "a"
    assert found["c"][0] == "c"


def test_wire_of_the_group_and_translations() -> None:
    text = paragraphs(1)
    items = [article("a", text, 0, wire="EFE"), article("b", text, 1), article("c", paragraphs(2), 1, wire="EFE")]
    found = find(items, languages=["es", "es", "de"], wire_languages={"EFE": ["es", "en"]})
    assert found.wires[found.group[0]] == "EFE"
    assert found.group[0] == found.group[1]
    assert found.translated.tolist() == [False, False, True]


@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15)
def test_the_order_of_input_changes_nothing(rng: random.Random) -> None:
    base = paragraphs(3, 8, 30)
    items = [article(f"n{k}", [p for i, p in enumerate(base) if (i + k) % 4 or k == 0], float(k)) for k in range(8)]
    items += [article(f"o{k}", paragraphs(50 + k), float(k)) for k in range(4)]
    items += [article(f"t{k}", None, float(k), title="Council agrees to mend the old bridge") for k in range(3)]
    shuffled = items.copy()
    rng.shuffle(shuffled)
    assert group(shuffled) == group(items)


@given(st.lists(st.text(max_size=80), max_size=12))
@settings(deadline=None, max_examples=60)
def test_groups_are_a_partition_whatever_the_text(texts: list[str]) -> None:
    items = [article(f"i{k}", text, float(k), title=text) for k, text in enumerate(texts)]
    found = find(items)
    assert len(found.group) == len(texts)
    assert sorted(set(found.group.tolist())) == list(range(len(found.wires)))
    for k in range(len(texts)):
        assert found.group[found.original[k]] == found.group[k]
        assert 0.0 <= found.copied_share[k] <= 1.0
        assert found.copied_share[found.original[k]] == 0.0


def test_sequences_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        find_near_duplicates(["a"], [], ["x"], [0.0], [None], [None])


def test_nothing_in_gives_nothing_out() -> None:
    found = find_near_duplicates([], [], [], np.empty(0), [], [])
    assert len(found.group) == 0
    assert found.wires == ()


def test_shingles_do_not_depend_on_the_company() -> None:
    texts = ["one two three four five", "Мост починят до зимы", "", "один"]
    together = make_shingles(texts)
    for k, text in enumerate(texts):
        assert np.array_equal(together.of(k), make_shingles([text]).of(0))
    hashes, lengths = hash_titles(["One two", "ONE, two!", "two one", ""])
    assert hashes[0] == hashes[1] != hashes[2]
    assert lengths.tolist() == [2, 2, 2, 0]
