"""What the embedding step costs beyond bare ``model.encode`` for a transformer: the ratio of the two, in turn, on the same texts.

python benchmarks/encoder_step.py [--articles 200] [--model FOLDER]

Without ``--model`` a small transformer with random weights is built (4 layers of 256), so that no hub is needed: the time is real, the vectors
mean nothing. Both run in one process with the same batch size; the first round is a warm-up.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

WORDS = [
    "minister",
    "phone",
    "talks",
    "harbour",
    "storm",
    "council",
    "price",
    "match",
    "river",
    "court",
    "train",
    "vote",
]


def build_model(folder: Path) -> Path:
    """Write a small random BERT as a sentence-transformers folder."""
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
    )
    bert = BertModel(
        BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=256,
            num_hidden_layers=4,
            num_attention_heads=4,
            intermediate_size=1024,
        )
    )
    inner = folder / "bert"
    bert.save_pretrained(inner)
    fast.save_pretrained(inner)
    word = models.Transformer(str(inner), max_seq_length=128)
    SentenceTransformer(modules=[word, models.Pooling(256)]).save(str(folder / "model"))
    return folder / "model"


def main() -> None:
    """Time both in turn and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--model", type=Path)
    arguments = parser.parse_args()
    from sentence_transformers import SentenceTransformer

    from clustering.config import EncoderConfig
    from clustering.vectors.encoder import embed_articles, load_encoder, make_recipe
    from clustering.vectors.recipe import make_texts

    with tempfile.TemporaryDirectory() as work:
        folder = arguments.model or build_model(Path(work))
        config = EncoderConfig(model=str(folder), batch_size=32)
        n = arguments.articles
        titles = [" ".join(WORDS[(i + k) % len(WORDS)] for k in range(8)) for i in range(n)]
        bodies = [" ".join(WORDS[(i * k) % len(WORDS)] for k in range(1, 80)) + "." for i in range(n)]
        encoder = load_encoder(config)
        bare = SentenceTransformer(str(folder), device="cpu")
        texts = make_texts(titles, bodies, make_recipe(config)).texts
        step_seconds, bare_seconds = [], []
        for turn in range(6):
            started = time.perf_counter()
            embed_articles(encoder, config, titles, bodies)
            middle = time.perf_counter()
            bare.encode(texts, batch_size=32, show_progress_bar=False, normalize_embeddings=True)
            if turn:
                step_seconds.append(middle - started)
                bare_seconds.append(time.perf_counter() - middle)
    ratio = statistics.median(b / s for b, s in zip(bare_seconds, step_seconds, strict=True))
    print(
        f"step {n / statistics.median(step_seconds):.0f} articles/s, bare {n / statistics.median(bare_seconds):.0f} articles/s"
    )
    print(f"the step reaches {ratio:.2f} of bare model.encode (goal 0.9)")


if __name__ == "__main__":
    main()
