"""Hash a string to the same 64-bit integer on every machine and in every run (Python's own `hash` is salted)."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

__all__ = ["stable_hash"]


@lru_cache(maxsize=1_000_000)
def stable_hash(key: str) -> int:
    """Give the first 8 bytes of BLAKE2b of the UTF-8 text as an unsigned integer."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
