"""Near-duplicates and reprints: which articles are almost the same text, whose it is, and how much each copied.

Takes parallel sequences over articles, gives ``DuplicateGroups``; numpy only, no store. Candidates are pairs that share sampled shingles (every
shingle whose hash is below a level that falls with the text's length: FracMinHash, so that a short cut of a long text is still
found by containment; Irber et al. 2022, doi:10.1101/2022.01.11.475838). Every candidate is then compared exactly. Result does not
depend on the order of the input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clustering.articles.duplicate_pairs import MIN_SHINGLES, Pairs, find_pairs
from clustering.articles.shingles import hash_titles, make_shingles

__all__ = ["DuplicateGroups", "find_near_duplicates"]

MIN_TITLE_WORDS = 5
"""Shorter titles ("Morning briefing") are equal by chance."""
TITLE_HOURS = 48.0
_SLACK_HOURS = {"hour": 1.0, "day": 24.0, "month": 744.0}
"""How much later than its label a coarse time may be."""
TITLE_ONLY_SHINGLES = MIN_SHINGLES
"""Articles with less text than this are compared by title."""


@dataclass(frozen=True, slots=True)
class DuplicateGroups:
    """Near-duplicates among n articles.

    ``group`` (n,) int64: label of each article's group, 0.. in order of the original's id; an article alone is its own group.
    ``original`` (n,) int64: index of the group's original. ``copied_share`` (n,) float32 in 0..1: share of the article's shingles that stand in
    the original; 0 for the original itself. ``wires``: per group, the wire whose text it is, or ``None``. ``translated`` (n,) bool: the
    text is credited to a wire that does not write in the article's language.
    """

    group: npt.NDArray[np.int64]
    original: npt.NDArray[np.int64]
    copied_share: npt.NDArray[np.float32]
    wires: tuple[str | None, ...]
    translated: npt.NDArray[np.bool_]


def find_near_duplicates(
    ids: Sequence[str],
    titles: Sequence[str | None],
    texts: Sequence[str | None],
    published_hours: npt.ArrayLike,
    outlets: Sequence[str | None],
    wires: Sequence[str | None],
    *,
    horizon_hours: float = 96.0,
    min_share: float = 0.6,
    precisions: Sequence[str | None] | None = None,
    canonical_urls: Sequence[str | None] | None = None,
    languages: Sequence[str | None] | None = None,
    wire_hosts: Mapping[str, str] | None = None,
    wire_languages: Mapping[str, Sequence[str]] | None = None,
) -> DuplicateGroups:
    """Group near-duplicates.

    ``published_hours`` (n,) float: time in hours, NaN when unknown (then any distance in time is allowed). ``wires``: the wire whose text the
    article is (role ``text``), else ``None``. ``horizon_hours``: copies further apart are not compared. ``min_share``: two texts are
    near-duplicates when they share this much of the shorter one's shingles and a fifth of the longer one's, so that a digest of five reports
    does not join them. ``precisions``: of the times (``DatePrecision``); a day without hour is not midnight, and loses to any time of that
    day in the question who was first. ``canonical_urls``: articles that name one address as theirs are one text, whatever was cut or added,
    and the outlet whose address it is has the original. ``wire_hosts`` maps the hosts of wires to their names, ``wire_languages`` says in which they write.

    The original is the wire's own article; else, where the text is credited to a wire, the earliest with that credit; else the earliest. Ties
    go to the longer text, then to the smaller id. Memory: about 0.5 KB an article on top of the texts.
    """
    n = len(ids)
    hours = np.asarray(published_hours, dtype=np.float64)
    if not len(titles) == len(texts) == len(hours) == len(outlets) == len(wires) == n:
        raise ValueError(
            f"sequences differ in length: {n} ids, {len(titles)} titles, {len(texts)} texts, {len(hours)} hours"
        )
    full_texts = [text or "" for text in texts]
    order = (
        np.lexsort((np.asarray(ids, dtype=object).astype(str), np.where(np.isnan(hours), np.inf, hours)))
        if n
        else np.empty(0, np.int64)
    )
    pairs = find_pairs(full_texts, order, hours, horizon_hours=horizon_hours, min_share=min_share)
    title_pairs = _pair_titles(titles, pairs.n_shingles, order, hours, outlets)
    latest = hours + np.array([_SLACK_HOURS.get(p or "", 0.0) for p in precisions]) if precisions is not None else hours
    address_pairs, is_syndicated = _pair_addresses(canonical_urls or [None] * n, outlets)
    rank = _rank_originals(ids, latest, outlets, wires, pairs.n_shingles, wire_hosts or {}, is_syndicated)
    leader = _join(n, pairs, title_pairs + address_pairs, rank, full_texts, min_share)
    return _describe(ids, leader, rank, full_texts, wires, languages, wire_languages or {}, pairs.n_shingles)


def _pair_titles(
    titles: Sequence[str | None], n_shingles: npt.NDArray[np.int64], order: npt.NDArray[np.int64],
    hours: npt.NDArray[np.float64], outlets: Sequence[str | None],
) -> list[tuple[int, int]]:  # fmt: skip
    """Pair articles without enough text by equal titles, across outlets, within two days."""
    short = n_shingles < TITLE_ONLY_SHINGLES
    if not short.any():
        return []
    hashes, lengths = hash_titles([title or "" for title in titles])
    able = order[lengths[order] >= MIN_TITLE_WORDS]
    able = able[np.argsort(hashes[able], kind="stable")]
    found: list[tuple[int, int]] = []
    bounds = np.flatnonzero(np.diff(hashes[able])) + 1
    for same in np.split(able, bounds):
        if len(same) < 2 or not short[same].any():
            continue
        # in time order: each is paired with the few before it
        for i in range(1, len(same)):
            for j in range(i - 1, max(-1, i - 6), -1):
                a, b = int(same[j]), int(same[i])
                if hours[b] - hours[a] > TITLE_HOURS:
                    break
                if (short[a] or short[b]) and (outlets[a] != outlets[b] or outlets[a] is None):
                    found.append((a, b))
    return found


def _pair_addresses(
    canonical_urls: Sequence[str | None], outlets: Sequence[str | None]
) -> tuple[list[tuple[int, int]], npt.NDArray[np.bool_]]:
    """Pair articles that name one canonical address; say which name another outlet's."""
    first: dict[str, int] = {}
    found: list[tuple[int, int]] = []
    syndicated = np.zeros(len(outlets), dtype=bool)
    for i, (url, outlet) in enumerate(zip(canonical_urls, outlets, strict=True)):
        if url is None:
            continue
        host = url.partition("://")[2].partition("/")[0].partition(":")[0]
        syndicated[i] = outlet is not None and "." in outlet and not f".{host}".endswith(f".{outlet}")
        if url in first:
            found.append((first[url], i))
        else:
            first[url] = i
    return found, syndicated


def _rank_originals(
    ids: Sequence[str],
    hours: npt.NDArray[np.float64],
    outlets: Sequence[str | None],
    wires: Sequence[str | None],
    n_shingles: npt.NDArray[np.int64],
    wire_hosts: Mapping[str, str],
    is_syndicated: npt.NDArray[np.bool_],
) -> npt.NDArray[np.int64]:
    """Give each article's place in the order of claims to be an original (0 is the strongest)."""
    n = len(ids)
    if n == 0:
        return np.empty(0, np.int64)
    is_wire = np.array([outlet is not None and _host_wire(outlet, wire_hosts) is not None for outlet in outlets])
    has_credit = np.array([wire is not None for wire in wires])
    claim = np.where(is_syndicated, 3, np.where(is_wire, 0, np.where(has_credit, 1, 2)))
    when = np.where(np.isnan(hours), np.inf, hours)
    names = np.asarray(ids, dtype=object).astype(str)
    order = np.lexsort((names, -n_shingles, when, claim))
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    return rank


def _host_wire(outlet: str, wire_hosts: Mapping[str, str]) -> str | None:
    host = outlet
    while host:
        if host in wire_hosts:
            return wire_hosts[host]
        host = host.partition(".")[2]
    return None


def _join(
    n: int,
    pairs: Pairs,
    title_pairs: list[tuple[int, int]],
    rank: npt.NDArray[np.int64],
    texts: list[str],
    min_share: float,
) -> npt.NDArray[np.int64]:
    """Merge pairs into groups, strongest first; give each article's leader (the group's original so far).

    Two groups merge only when their leaders are alike too, or the pair is nearly one text: otherwise a digest that
    holds two reports would join them.
    """
    leader = np.arange(n, dtype=np.int64)

    def find(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = int(leader[i])
        return i

    known = _KnownShares(n, pairs, texts)
    strength = np.lexsort((rank[pairs.second], rank[pairs.first], -pairs.share, -np.round(pairs.jaccard, 6)))
    for k in strength.tolist():
        a, b = find(int(pairs.first[k])), find(int(pairs.second[k]))
        if a == b:
            continue
        if pairs.jaccard[k] < 0.5 and known.share(a, b) < 0.5 * min_share:
            continue
        keep, lose = (a, b) if rank[a] < rank[b] else (b, a)
        leader[lose] = keep
    for a, b in title_pairs:
        a, b = find(a), find(b)
        if a != b:
            keep, lose = (a, b) if rank[a] < rank[b] else (b, a)
            leader[lose] = keep
    return np.fromiter((find(i) for i in range(n)), dtype=np.int64, count=n)


class _KnownShares:
    """Shares of pairs: those found already, and those of two leaders, compared when asked for."""

    def __init__(self, n: int, pairs: Pairs, texts: list[str]) -> None:
        codes = np.minimum(pairs.first, pairs.second) * n + np.maximum(pairs.first, pairs.second)
        order = np.argsort(codes)
        self._n, self._texts = n, texts
        self._codes, self._shares = codes[order], pairs.share[order]
        self._compared: dict[int, float] = {}

    def share(self, a: int, b: int) -> float:
        code = min(a, b) * self._n + max(a, b)
        place = int(np.searchsorted(self._codes, code))
        if place < len(self._codes) and self._codes[place] == code:
            return float(self._shares[place])
        if code not in self._compared:
            sets = make_shingles([self._texts[a], self._texts[b]])
            smaller = min(len(sets.of(0)), len(sets.of(1)))
            common = np.intersect1d(sets.of(0), sets.of(1), assume_unique=True).size
            self._compared[code] = common / smaller if smaller else 0.0
        return self._compared[code]


def _describe(
    ids: Sequence[str], leader: npt.NDArray[np.int64], rank: npt.NDArray[np.int64], texts: list[str], wires: Sequence[str | None],
    languages: Sequence[str | None] | None, wire_languages: Mapping[str, Sequence[str]], n_shingles: npt.NDArray[np.int64],
) -> DuplicateGroups:  # fmt: skip
    n = len(ids)
    leaders = np.unique(leader)
    by_id = sorted(leaders.tolist(), key=lambda i: ids[i])
    label = np.zeros(n, dtype=np.int64)
    label[np.asarray(by_id, dtype=np.int64)] = np.arange(len(by_id))
    copied = np.zeros(n, dtype=np.float32)
    order = np.argsort(leader, kind="stable")
    bounds = np.flatnonzero(np.diff(leader[order])) + 1
    group_wire: dict[int, str | None] = {}
    for members in np.split(order, bounds) if n else []:
        original = int(leader[members[0]])
        credits = Counter(wire for wire in (wires[i] for i in members.tolist()) if wire is not None)
        best = max(credits.values(), default=0)
        group_wire[original] = wires[original] or min((w for w, c in credits.items() if c == best), default=None)
        if len(members) > 1:
            copied[members] = _shares(original, members, texts, n_shingles)
    translated = np.zeros(n, dtype=bool)
    if languages is not None:
        for i, (wire, language) in enumerate(zip(wires, languages, strict=True)):
            writes = wire_languages.get(wire) if wire is not None else None
            if writes and language is not None:
                translated[i] = language.split("-")[0] not in {code.split("-")[0] for code in writes}
    return DuplicateGroups(label[leader], leader, copied, tuple(group_wire[i] for i in by_id), translated)


def _shares(
    original: int, members: npt.NDArray[np.int64], texts: list[str], n_shingles: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    shares = np.zeros(len(members), dtype=np.float32)
    step = 2_000
    for first in range(0, len(members), step):
        part = members[first : first + step]
        sets = make_shingles([texts[original], *(texts[i] for i in part.tolist())])
        source = sets.of(0)
        for k, member in enumerate(part.tolist()):
            if member == original:
                continue
            mine = sets.of(k + 1)
            if n_shingles[member] < TITLE_ONLY_SHINGLES or not len(source):
                shares[first + k] = 1.0
            else:
                shares[first + k] = np.isin(mine, source, assume_unique=True).mean()
    return shares
