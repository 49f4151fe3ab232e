"""Optimal one-to-one matching of the known to the new, and the ids that new things get.

Takes weights and contents, gives pairs and ids; knows nothing of stories or threads. The result does not depend on the order in which
anything is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

__all__ = ["ID_ALPHABET", "assign_optimally", "make_id"]

ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32, lower case: no i, l, o, u, so that an id can be read out and never spells a word."""

_ID_CHARS = 10


def make_id(prefix: str, members: Iterable[str], taken: Collection[str]) -> str:
    """Give ``prefix`` + 10 base32 characters of a hash of the members, whatever their order.

    50 bits: at 10 million ids the chance of any clash is about 4%, and a clash with ``taken`` is resolved by a counted salt, so an id
    is never given twice.
    """
    content = "\n".join(sorted(members)).encode()
    for salt in range(1_000):
        digest = hashlib.blake2b(content, digest_size=8, salt=salt.to_bytes(8, "big") if salt else b"").digest()
        bits = int.from_bytes(digest, "big") >> 14
        made = prefix + "".join(ID_ALPHABET[(bits >> shift) & 31] for shift in range(5 * (_ID_CHARS - 1), -1, -5))
        if made not in taken:
            return made
    raise AssertionError("a thousand clashes in 50 bits")


def assign_optimally(weights: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Pair left with right keys one to one so that the sum of weights is the largest possible.

    ``weights``: positive weight of every allowed pair ``(left, right)``; pairs not listed are never made. Solved exactly per connected
    component with scipy's ``linear_sum_assignment`` (Jonker-Volgenant), so the cost follows the largest tangle, not the number of
    stories. Among equally good solutions the choice depends on the keys only. Gives left -> right.
    """
    rights_of: dict[str, list[str]] = {}
    lefts_of: dict[str, list[str]] = {}
    for left, right in sorted(weights):
        if weights[left, right] > 0:
            rights_of.setdefault(left, []).append(right)
            lefts_of.setdefault(right, []).append(left)
    pairs: dict[str, str] = {}
    seen: set[str] = set()
    for start in rights_of:
        if start in seen:
            continue
        lefts, rights = _collect_component(start, rights_of, lefts_of)
        seen.update(lefts)
        if len(lefts) == 1 and len(rights) == 1:
            pairs[lefts[0]] = rights[0]
            continue
        matrix = np.zeros((len(lefts), len(rights)))
        column = {right: j for j, right in enumerate(rights)}
        for i, left in enumerate(lefts):
            for right in rights_of[left]:
                matrix[i, column[right]] = weights[left, right]
        for i, j in zip(*linear_sum_assignment(matrix, maximize=True), strict=True):
            if matrix[i, j] > 0:
                pairs[lefts[i]] = rights[j]
    return pairs


def _collect_component(
    start: str, rights_of: Mapping[str, list[str]], lefts_of: Mapping[str, list[str]]
) -> tuple[list[str], list[str]]:
    lefts, rights, waiting = {start}, set[str](), [start]
    while waiting:
        for right in rights_of[waiting.pop()]:
            if right not in rights:
                rights.add(right)
                fresh = [left for left in lefts_of[right] if left not in lefts]
                lefts.update(fresh)
                waiting.extend(fresh)
    return sorted(lefts), sorted(rights)
