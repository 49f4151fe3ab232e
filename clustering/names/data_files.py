"""Say where the data files of this package lie; measuring puts another folder in their place before the first use."""

from __future__ import annotations

from pathlib import Path

__all__ = ["data_file", "use_data_folder"]

_folder = [Path(__file__).parent / "data"]


def data_file(name: str) -> Path:
    """Give the path of a data file."""
    return _folder[0] / name


def use_data_folder(folder: Path) -> None:
    """Read all data files from another folder from now on; files read before stay read."""
    _folder[0] = folder
