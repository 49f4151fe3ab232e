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
    parallel: Annotated[
        Path, typer.Argument(help="Folder of parallel text: *.tsv.zst with lang_a, lang_b, text_a, text_b.")
    ],
    out: Annotated[Path, typer.Argument(help="Folder to write the model to.")],
    seed: Annotated[int, typer.Option(help="Same data and same seed give the same model.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print the evaluation as JSON.")] = False,
) -> None:
    """Train a static multilingual encoder from parallel text, and evaluate it on what was held out."""
    from dataclasses import asdict

    from clustering.cli.console import ConsoleProgress, print_text
    from clustering.progress import tell_stages
    from clustering.vectors.training.train import train_encoder as train

    evaluation = train(parallel, out, seed=seed, progress=tell_stages(ConsoleProgress()))
    print_text(json.dumps(asdict(evaluation), indent=2) if as_json else evaluation.format())
