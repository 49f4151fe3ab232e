"""Train the bundled tokenizer: a SentencePiece Unigram model whose whole normaliser is one folding table.

Takes lines of text, gives a `tokenizers.Tokenizer` with the same pieces, scores and precompiled table.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from clustering.vectors.training.folding import FoldingPlan, make_rules

__all__ = ["convert_tokenizer", "train_tokenizer"]


def train_tokenizer(
    lines: Iterable[str], folder: Path, *, n_pieces: int, plan: FoldingPlan, n_threads: int = 2
) -> tuple[Any, Any]:
    """Train on ``lines`` (already sampled and balanced by the caller).

    Returns (SentencePieceProcessor, tokenizers.Tokenizer). Both give the same ids for the same text. Kudo 2018, "Subword Regularization".
    """
    import sentencepiece

    folder.mkdir(parents=True, exist_ok=True)
    rules = folder / "folding.tsv"
    with rules.open("w", encoding="utf-8") as out:
        for point, folded in make_rules(plan):
            out.write(f"{point:X}\t{' '.join(f'{ord(character):X}' for character in folded)}\n")
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_writer=model,
        model_type="unigram",
        vocab_size=n_pieces,
        character_coverage=0.9997,
        normalization_rule_tsv=str(rules),
        remove_extra_whitespaces=True,
        add_dummy_prefix=True,
        unk_id=0,
        bos_id=-1,
        eos_id=-1,
        pad_id=-1,
        max_sentencepiece_length=20,
        # With 28 languages the seed set has to be large, or rare languages lose their pieces before the first EM step.
        seed_sentencepiece_size=1_500_000,
        shuffle_input_sentence=False,
        hard_vocab_limit=False,
        num_threads=n_threads,
        minloglevel=1,
    )
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    return processor, convert_tokenizer(processor)


def convert_tokenizer(processor: Any) -> Any:
    """Carry a SentencePiece model over to `tokenizers`: its pieces, scores and precompiled table."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    model: bytes = processor.serialized_model_proto()
    pieces = [(processor.id_to_piece(index), processor.get_score(index)) for index in range(processor.get_piece_size())]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    # sentencepiece_model.proto: ModelProto.normalizer_spec = 3, NormalizerSpec.precompiled_charsmap = 2. Read by hand,
    # because the generated reader would need the protobuf package for this one field.
    tokenizer.normalizer = normalizers.Precompiled(_read_bytes_field(_read_bytes_field(model, 3), 2))
    # Splitting on white space makes runs of blanks harmless, where the usual conversion needs a regular expression.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    return tokenizer


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _read_bytes_field(message: bytes, wanted: int) -> bytes:
    """Give the last length-delimited field of that number (protobuf wire format)."""
    at, found = 0, b""
    while at < len(message):
        tag, at = _read_varint(message, at)
        kind = tag & 7
        if kind == 0:
            _, at = _read_varint(message, at)
        elif kind == 1:
            at += 8
        elif kind == 5:
            at += 4
        else:
            length, at = _read_varint(message, at)
            if tag >> 3 == wanted:
                found = message[at : at + length]
            at += length
    return found
