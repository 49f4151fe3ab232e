"""Commands that measure: ``samestory evaluate``, ``samestory tune`` and ``samestory gate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustering.cli.app import ConfigOption, JsonOption, app

if TYPE_CHECKING:
    from clustering.evaluation.evaluate import GroupRow, Report

__all__: list[str] = []


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Labelled articles: JSONL (.gz) with a `story` each, or a folder with gold.tsv.")
    ],
    config: ConfigOption = None,
    n_confusions: Annotated[
        int, typer.Option("--confusions", min=0, help="How many of the worst merges and splits to show.")
    ] = 10,
    as_json: JsonOption = False,
) -> None:
    """Cluster a labelled set and compare: BCubed, pairs, V-measure, by language and day, and the worst errors side by side."""
    from dataclasses import asdict

    from clustering.cli.console import print_json
    from clustering.config import load_config
    from clustering.evaluation.evaluate import evaluate as judge

    report = judge(gold, load_config(config), n_confusions=n_confusions)
    if as_json:
        values = asdict(report)
        values["by_language_pair"] = {f"{a}-{b}": value for (a, b), value in values["by_language_pair"].items()}
        print_json(list(values), [list(values.values())])
    else:
        _print_report(report)


@app.command()
def tune(
    gold: Annotated[list[Path], typer.Argument(help="Two or more labelled sets; one setting is chosen for all.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="TOML file to write the chosen settings to.")],
    config: ConfigOption = None,
) -> None:
    """Choose cluster settings on several labelled sets, each judged on settings chosen without it; write a config."""
    from clustering.cli.console import ConsoleProgress, print_text
    from clustering.config import load_config
    from clustering.evaluation.tune import format_settings
    from clustering.evaluation.tune import tune as choose
    from clustering.progress import tell_stages

    listen = tell_stages(ConsoleProgress())
    result = choose(gold, load_config(config), progress=lambda done, total: listen("tune", done, total))
    text = format_settings(result)
    out.write_text(text, encoding="utf-8")
    print_text(text)


@app.command()
def gate(
    gold: Annotated[list[Path], typer.Argument(help="Labelled sets that have floors, or shall get some.")],
    config: ConfigOption = None,
    floors: Annotated[Path | None, typer.Option(help="Floors file; default: the shipped one.")] = None,
    pin: Annotated[bool, typer.Option("--pin", help="Pin floors just below what is measured now.")] = False,
    lower: Annotated[bool, typer.Option("--lower", help="Allow --pin to lower a floor.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure labelled sets against their pinned floors. Exit status 1 when one falls below."""
    import clustering.evaluation.gate as rules
    from clustering.cli.console import print_json, print_table
    from clustering.config import load_config
    from clustering.evaluation.evaluate import evaluate as judge
    from clustering.evaluation.goldsets import hash_gold_file, load_gold_set

    settings = load_config(config)
    file = floors or Path(rules.__file__).with_name("floors.json")
    known = {entry["checksum"]: name for name, entry in (rules.read_floors(file) if file.is_file() else {}).items()}
    sets = {known.get(hash_gold_file(path)) or load_gold_set(path).name: path for path in gold}
    if pin:
        measured = {n: (hash_gold_file(p), rules.pick_measures(judge(p, settings))) for n, p in sorted(sets.items())}
        rules.write_floors(file, measured, allow_lower=lower)
    rows = rules.run_gate(sets, rules.read_floors(file), settings)
    shown = [(row.name, row.measure, row.value, row.floor, row.failure or "ok") for row in rows]
    (print_json if as_json else print_table)(["set", "measure", "value", "floor", "result"], shown)
    if rules.find_failures(rows):
        raise typer.Exit(1)


def _print_report(report: Report) -> None:
    from clustering.cli.console import print_table, print_text

    print_text(f"{report.name}: {report.n_articles} articles")
    measures: list[tuple[str, float]] = []
    if report.clusters is not None:
        found = report.clusters
        print_text(f"{found.n_gold_stories} gold stories, {found.n_predicted_clusters} predicted")
        measures += [
            ("BCubed precision", found.bcubed_precision),
            ("BCubed recall", found.bcubed_recall),
            ("BCubed F1", found.bcubed_f1),
            ("pairwise F1", found.pair_f1),
            ("V-measure", found.v_measure),
        ]
    if report.cross_language is not None:
        measures.append(("cross-language pair F1", report.cross_language.f1))
    if report.labelled_pairs is not None:
        measures.append(("labelled pair F1", report.labelled_pairs.f1))
    for name, value in measures:
        print_text(f"  {name:<24}{value:.4f}")
    _print_groups("By language", report.by_language)
    if report.by_language_pair:
        pairs: list[tuple[Any, ...]] = [
            (f"{a}-{b}", f"{value.precision:.3f}", f"{value.recall:.3f}", f"{value.f1:.3f}")
            for (a, b), value in sorted(report.by_language_pair.items())
        ]
        print_text("")
        print_table(["pair", "precision", "recall", "F1"], pairs, title="By language pair")
    _print_groups("By day", report.by_day)
    for confusion in report.confusions:
        print_text(f"\n{confusion.kind} ({confusion.n_pairs} pairs)")
        for left in confusion.left:
            print_text(f"    | {left}")
        print_text("  against" if confusion.kind == "merge" else "  apart from")
        for right in confusion.right:
            print_text(f"    | {right}")


def _print_groups(title: str, groups: tuple[GroupRow, ...]) -> None:
    from clustering.cli.console import print_table, print_text

    if len(groups) < 2:
        return
    rows = [
        (g.name, g.n_articles, g.n_gold_stories, *(f"{v:.3f}" for v in (g.bcubed_precision, g.bcubed_recall, g.bcubed_f1, g.participation, g.noise_share)))
        for g in groups
    ]  # fmt: skip
    print_text("")
    columns = ["", "articles", "stories", "BCubed P", "BCubed R", "BCubed F1", "in a story", "noise"]
    print_table(columns, rows, title=title)
