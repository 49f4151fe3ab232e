"""Train the bundled encoder: parallel files in, model folder and evaluation out.

Same files, seed, plan and library versions give the same model, bit for bit: one thread of numpy does all the arithmetic.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.config import EncoderConfig
from clustering.errors import EncoderError, InputError
from clustering.vectors.encoder import load_encoder
from clustering.vectors.training.batches import BatchPlan, TokenPool, tokenise_pools
from clustering.vectors.training.contrastive import TrainingPlan, train_matrix
from clustering.vectors.training.evaluate import Evaluation, evaluate_encoder
from clustering.vectors.training.export import write_model
from clustering.vectors.training.folding import FoldingPlan
from clustering.vectors.training.ngrams import make_ngram_shares
from clustering.vectors.training.parallel import split_parallel
from clustering.vectors.training.sampling import sample_lines
from clustering.vectors.training.tokenizer import train_tokenizer

__all__ = ["EncoderPlan", "train_encoder", "weigh_rarity"]

logger = logging.getLogger(__name__)


# Little text, much use: without these the languages with few sentences would be seen least.
_LANGUAGE_BOOSTS = {"ko": 2.0, "vi": 1.5, "hi": 1.5, "fa": 1.5, "ar": 1.3}
_STAGES = (
    TrainingPlan(
        n_steps=1200,
        batch=BatchPlan(lexicon_share=0.35, named_share=0.25),
        boosts=_LANGUAGE_BOOSTS | {"wikidata_names": 3.0, "geonames_cities": 2.0, "natural_earth": 2.0},
    ),
    # Rows alone: unlearns what only looks alike.
    TrainingPlan(
        n_steps=2200,
        is_spelled=False,
        learning_rate=0.03,
        batch=BatchPlan(lexicon_share=0.3, named_share=0.25),
        boosts=_LANGUAGE_BOOSTS | {"wikidata_names": 2.0, "geonames_cities": 2.0, "natural_earth": 2.0},
    ),
    # Spelling once more, from zero, with more names.
    TrainingPlan(
        n_steps=1200,
        learning_rate=0.03,
        batch=BatchPlan(lexicon_share=0.4, named_share=0.4),
        boosts=_LANGUAGE_BOOSTS | {"wikidata_names": 4.0, "geonames_cities": 3.0, "natural_earth": 2.0},
    ),
)


@dataclass(frozen=True, slots=True)
class EncoderPlan:
    """All choices of a training run; the defaults made the bundled model."""

    n_pieces: int = 96_000
    longest_ngram: int = 3
    rarity: float = 0.01
    """Weight of rare pieces: a row is multiplied by a / (a + p) with this a (SIF, Arora et al. 2017); 0 leaves rows alone."""
    evenness: float = 0.3
    """A row is divided by its norm to this power: 0 leaves rows alone, 1 makes all pieces equally loud."""
    folding: FoldingPlan = field(default_factory=lambda: FoldingPlan(keep_vietnamese_tones=True))
    stages: tuple[TrainingPlan, ...] = _STAGES
    """Each goes on from the matrix the one before it left."""
    matrix_seed: int = 1
    """Seed of every stage; the split and the tokenizer have `train_encoder`'s own."""


def train_encoder(
    parallel_folder: Path,
    out: Path,
    *,
    seed: int = 7,
    plan: EncoderPlan | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Evaluation:
    """Train on a folder of ``*.tsv.zst`` files and write the model to ``out``, with ``evaluation.json`` beside it.

    ``progress`` gets (stage, done, total).
    Errors: ``InputError`` when there are no parallel files, ``EncoderError`` when the ``train`` extra is missing.
    """
    plan = plan or EncoderPlan()
    report = progress or (lambda stage, done, total: None)
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is not a folder")
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    try:
        import sentencepiece  # noqa: F401
        import zstandard  # noqa: F401
    except ImportError as error:
        raise EncoderError(f"training needs more packages: pip install 'samestory[train]' ({error})") from error
    report("split", 0, 1)
    text = split_parallel(parallel_folder, seed=seed)
    report("tokenizer", 0, 1)
    with tempfile.TemporaryDirectory() as work:
        _, tokenizer = train_tokenizer(
            sample_lines(text, seed=seed), Path(work), n_pieces=plan.n_pieces, plan=plan.folding
        )
    report("tokenise", 0, 1)
    pools = tokenise_pools(text, tokenizer)
    n_pieces = tokenizer.get_vocab_size()
    pieces = [tokenizer.id_to_token(index) for index in range(n_pieces)]
    shares = make_ngram_shares(pieces, longest=plan.longest_ngram)
    numbers = np.array([index for index, piece in enumerate(pieces) if piece[1:].isdigit()], dtype=np.int32)
    matrix: NDArray[np.float32] = np.empty((0, 0), np.float32)
    done, total = 0, sum(stage.n_steps for stage in plan.stages)
    # More threads add up in another order, and the last bits of a matrix product would differ from machine to machine.
    with threadpool_limits(1):
        for stage in plan.stages:
            matrix = train_matrix(
                pools,
                n_pieces,
                stage,
                seed=plan.matrix_seed,
                start=matrix if len(matrix) else None,
                shares=shares if stage.is_spelled else None,
                number_ids=numbers,
                progress=partial(_report_step, report, done, total),
            )
            done += stage.n_steps
    if plan.rarity:
        matrix *= weigh_rarity(pools, n_pieces, plan.rarity)[:, None]
    if plan.evenness:
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-6) ** plan.evenness
    write_model(out, matrix, tokenizer)
    report("evaluate", 0, 1)
    evaluation = evaluate_encoder(load_encoder(EncoderConfig(model=str(out))), text.sentences, text.names)
    content: dict[str, Any] = {"seed": seed, "plan": asdict(plan), "evaluation": asdict(evaluation)}
    (out / "evaluation.json").write_text(json.dumps(content, indent=1, default=str) + "\n", encoding="utf-8")
    return evaluation


def _report_step(report: Callable[[str, int, int], None], before: int, total: int, step: int, loss: float) -> None:
    report("train", before + step + 1, total)


def weigh_rarity(pools: list[TokenPool], n_pieces: int, rarity: float) -> NDArray[np.float32]:
    """Give a / (a + p) for each piece, p being its share of the sentence tokens: (n_pieces,)."""
    counts = np.zeros(n_pieces)
    for pool in pools:
        if pool.kind == "sentence":
            for ids in pool.ids:
                counts += np.bincount(ids, minlength=n_pieces)
    shares = counts / max(1.0, counts.sum())
    return np.asarray(rarity / (rarity + shares), dtype=np.float32)
