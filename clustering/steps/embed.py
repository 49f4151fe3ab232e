"""Embed: articles without a vector of the configured encoder -> vectors in the store.

Works in batches, each stored in one transaction: cut off, it goes on where it was. Equal content is embedded once. After a change of
encoder only the window that will be clustered again is embedded anew, unless everything is asked for.
"""

from __future__ import annotations

import time

from clustering.config import Config
from clustering.progress import Progress, SilentProgress
from clustering.steps.summary import StepSummary
from clustering.store.database import open_database
from clustering.store.runs import run_step
from clustering.store.vectors import count_unembedded, next_unembedded, store_encoder, store_vectors
from clustering.store.window import find_window_start
from clustering.store.workspace import Workspace

__all__ = ["run_embed"]

_BATCH_TEXTS = 4_096


def run_embed(
    workspace: Workspace,
    config: Config,
    *,
    everything: bool = False,
    progress: Progress | None = None,
    pipeline_id: str | None = None,
) -> StepSummary:
    """Embed what the next cluster run needs, or everything that has no vector. Counts: ``embedded``, ``dimension``. Errors: ``StoreMissing``, ``EncoderError``."""
    from clustering.vectors.encoder import embed_articles, load_encoder

    started = time.monotonic()
    progress = progress or SilentProgress()
    workspace.require()
    encoder = load_encoder(config.encoder)
    with open_database(workspace) as connection, run_step(connection, "embed", config, pipeline_id=pipeline_id) as run:
        run.encoder = encoder.fingerprint
        store_encoder(connection, encoder.fingerprint, encoder.dimension, run.run_id)
        since = None
        if not everything:
            since = find_window_start(connection, config.cluster.window_days, config.cluster.horizon_hours)
        progress.start("embed", count_unembedded(connection, encoder.fingerprint, since))
        n_embedded = 0
        while batch := next_unembedded(connection, encoder.fingerprint, _BATCH_TEXTS, since):
            vectors = embed_articles(
                encoder,
                config.encoder,
                [item.title for item in batch],
                [item.text for item in batch],
                languages=[item.language for item in batch],
            )
            store_vectors(connection, encoder.fingerprint, [item.content_hash for item in batch], vectors)
            n_embedded += len(batch)
            progress.advance(len(batch))
        progress.finish()
        run.counts.update(embedded=n_embedded, dimension=encoder.dimension)
        return StepSummary("embed", run.run_id, dict(run.counts), time.monotonic() - started)
