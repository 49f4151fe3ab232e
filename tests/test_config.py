"""Config: defaults are documented, and everything wrong names file, key and reason."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from clustering.config import Config, config_hash, find_configs, load_config
from clustering.errors import ConfigError, InputError

ROOT = Path(__file__).resolve().parents[1]


def _stages(model: BaseModel, prefix: str = "") -> dict[str, BaseModel]:
    """Give every table of the config by its dotted name."""
    found: dict[str, BaseModel] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            found |= {f"{prefix}{name}": value} | _stages(value, f"{prefix}{name}.")
    return found


STAGES = _stages(Config())


def test_default_toml_says_exactly_what_the_code_does() -> None:
    shipped = tomllib.loads((find_configs() / "default.toml").read_text(encoding="utf-8"))
    assert load_config(find_configs() / "default.toml") == Config()
    for dotted, stage in STAGES.items():
        table = shipped
        for part in dotted.split("."):
            table = table[part]
        given = {key for key, value in table.items() if not isinstance(value, dict)}
        expected = {key for key, value in stage if value is not None and not isinstance(value, BaseModel)}
        assert given == expected, f"[{dotted}] in default.toml does not list every key"


@pytest.mark.parametrize("dotted", STAGES)
def test_default_toml_comments_every_key_also_the_unset_ones(dotted: str) -> None:
    text = (find_configs() / "default.toml").read_text(encoding="utf-8")
    section = text.split(f"[{dotted}]", 1)[1].split("\n[", 1)[0]
    for key, field in type(STAGES[dotted]).model_fields.items():
        if isinstance(getattr(STAGES[dotted], key), BaseModel):
            continue
        assert field.description, f"{dotted}.{key} has no description"
        assert f"\n{key} = " in section or f"\n# {key} = " in section, f"{dotted}.{key} is not in default.toml"


def test_unknown_key_names_file_key_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[cluster]\nmin_cluster_sise = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.toml: cluster\.min_cluster_sise: unknown key"):
        load_config(path)


def test_unknown_table_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[clutser]\nx = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"clutser: unknown key"):
        load_config(path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[cluster]\nmin_cluster_size = 1\n", "cluster.min_cluster_size"),
        ("[cluster]\nhorizon_hours = 'soon'\n", "cluster.horizon_hours"),
        ("[encoder]\nbackend = 'tensorflow'\n", "encoder.backend"),
        ("[publish]\nkeep_snapshots = 0\n", "publish.keep_snapshots"),
    ],
)
def test_bad_value_names_key_and_value(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=key.replace(".", r"\.")) as caught:
        load_config(path)
    assert "got" in str(caught.value)
    assert str(path) in str(caught.value)


def test_broken_toml_and_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[cluster\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"not valid TOML"):
        load_config(path)
    with pytest.raises(InputError, match=r"no config file"):
        load_config(tmp_path / "absent.toml")


def test_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[publish]\nkeep_snapshots = 3\n", encoding="utf-8")
    monkeypatch.setenv("SAMESTORY_PUBLISH__KEEP_SNAPSHOTS", "5")
    assert load_config(path).publish.keep_snapshots == 5


def test_hash_changes_with_any_value_and_only_then(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[story]\nheadline_language = 'ru'\n", encoding="utf-8")
    assert config_hash(load_config()) == config_hash(Config())
    assert config_hash(load_config(path)) != config_hash(Config())


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("*.toml")), ids=lambda path: path.name)
def test_every_shipped_toml_is_valid(path: Path) -> None:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    if path.name in ("default.toml", "demo.toml"):
        load_config(path)
    assert data
