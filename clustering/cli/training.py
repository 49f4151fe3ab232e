"""Command that trains: ``samestory train-encoder``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from clustering.cli.app import app

__all__: list[str] = []


@app.command("train-encoder")
def train_encoder(
    parallel: Annotated[Path, typer.Argument(help="Folder of parallel text: *.tsv.zst with lang_a, lang_b, text_a, text_b.")],
    out: Annotated[Path, typer.Argument(help="Folder to write the model to.")],
    seed: Annotated[int, typer.Option(help="Same data and same seed give the same model.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print the evaluation as JSON.")] = False,
) -> None:
    """Train a static multilingual encoder from parallel text, and evaluate it on what was held out."""
    from dataclasses import asdict

    from clustering.cli.console import ConsoleProgress, print_text
    from clustering.vectors.training.train import train_encoder as train

    bars = ConsoleProgress()
    current, reached = "", 0

    def listen(stage: str, done: int, total: int) -> None:
        nonlocal current, reached
        if stage != current:
            if current:
                bars.finish()
            bars.start(stage, total)
            current, reached = stage, 0
        bars.advance(done - reached)
        reached = done

    evaluation = train(parallel, out, seed=seed, progress=listen)
    bars.finish()
    print_text(json.dumps(asdict(evaluation), indent=2) if as_json else evaluation.format())
