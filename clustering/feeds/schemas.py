"""The JSON Schemas of the public documents: made from the models, shipped as files, published beside the feeds.

A test keeps the files equal to the models; ``write_schemas`` makes them anew after a change (and a change that breaks readers raises
``FEED_SCHEMA_VERSION``).
"""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from clustering.feeds.document_parts import FEED_SCHEMA_VERSION, Document
from clustering.feeds.documents import (
    DeltaDocument,
    GapsDocument,
    HistoryDocument,
    Manifest,
    OutletsDocument,
    SearchDocument,
    StoriesDocument,
    StoryDocument,
    ThreadDocument,
    ThreadsDocument,
    WhyDocument,
)

__all__ = ["SCHEMAS", "make_schema", "read_schema", "write_schemas"]

SCHEMAS: dict[str, type[Document]] = {
    "stories": StoriesDocument,
    "story": StoryDocument,
    "history": HistoryDocument,
    "gaps": GapsDocument,
    "threads": ThreadsDocument,
    "thread": ThreadDocument,
    "search": SearchDocument,
    "why": WhyDocument,
    "outlets": OutletsDocument,
    "delta": DeltaDocument,
    "manifest": Manifest,
}
"""Name of the schema -> the document it describes."""


def make_schema(name: str) -> dict[str, Any]:
    """Make one schema from its model (JSON Schema 2020-12)."""
    schema = SCHEMAS[name].model_json_schema(mode="serialization")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:samestory:schema:{name}:{FEED_SCHEMA_VERSION}",
    }
    return head | schema


def read_schema(name: str) -> dict[str, Any]:
    """Read a shipped schema."""
    text = (resources.files("clustering.feeds") / "schema_files" / f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def write_schemas(folder: Path) -> None:
    """Write every schema as ``NAME.schema.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        text = json.dumps(make_schema(name), indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")
