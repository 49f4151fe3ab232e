"""Author lines give their names, other lines give none."""

import pytest

from clustering.articles.bylines import find_author


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Ann Smith", "Ann Smith"), ("by Moira Penhale | 2 min read", "Moira Penhale"), ("Автор: А. Речкин", "А. Речкин"), ("Von Birgit Tal", "Birgit Tal"),
        ("Par Yann Le Goff", "Yann Le Goff"), ("Por Redacción", "Redacción"), ("Di Carla Rossi", "Carla Rossi"), ("Autor: Jan Nowak", "Jan Nowak"), ("記者 林小島／台南報導", "林小島"),
        ("作者：甲乙", "甲乙"), ("김바다 기자", "김바다"), ("بقلم: أحمد علي", "أحمد علي"), ("By ANN SMITH, Associated Press", "ANN SMITH, Associated Press"),
    ],
)  # fmt: skip
def test_names(line: str, name: str) -> None:
    assert find_author(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "", "By", "By the time the ferry came back, the island had run out of flour.", "Von den 34 Händlern ziehen alle um.", "By 2030", "Publié le 11 mars 2025", "Por la tarde",
        "De nouveau ouvert", "Di Maio si dimette", "Von der Leyen reist nach Kiew", "Text message scams on the rise",
    ],
)  # fmt: skip
def test_other_lines(line: str) -> None:
    assert find_author(line) is None
