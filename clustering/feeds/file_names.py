"""File names of stories, threads and outlets: the id itself when it is plain, else a plain part and a hash."""

from __future__ import annotations

import re

from clustering.names.stable_hash import stable_hash

__all__ = ["file_name"]


def file_name(key: str) -> str:
    """Give a file name without extension. No two keys share one, also where upper and lower case are one."""
    if re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,80}", key):
        return key
    plain = re.sub(r"[^a-z0-9-]+", "-", key.lower()).strip("-")[:40]
    return f"{plain}_{stable_hash(key):016x}"
