"""Furniture: blocks and lines that are not the article, known and learned."""

from pathlib import Path

import pytest

from clustering.articles.furniture import HostFurniture, clean_lines, is_paragraph
from clustering.articles.furniture_table import load_furniture
from clustering.config import find_configs
from clustering.errors import ConfigError

TABLE = load_furniture(find_configs() / "furniture.toml")
PARAGRAPH = "The council met on Monday for six hours and agreed that the old bridge will be repaired before winter comes to the valley."
SECOND = "Residents who spoke at the meeting said they had waited for eleven years and would believe in the works when they saw them begin."

HEADINGS = [
    "В тренде", "Популярные новости за сутки", "У тренді", "Найчитаніше", "Trending now", "Most read", "Meistgelesen", "Les plus lus", "Lo más leído",
    "Mais lidas", "I più letti", "Najczęściej czytane", "Nejčtenější", "Legolvasottabb", "Най-четени", "Најчитаније", "Πιο δημοφιλή", "En çok okunanlar",
    "الأكثر قراءة", "پربازدیدترین", "הנקראות ביותר", "ट्रेंडिंग", "热门新闻", "アクセスランキング", "많이 본 뉴스", "Đọc nhiều nhất", "Terpopuler", "Meest gelezen",
    "Mest läst", "Luetuimmat",
]  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_trending_heading_ends_the_article(heading: str) -> None:
    headline = "One headline of another story that is quite long, so long that it has a comma and ends like a sentence does in any of our papers."
    cleaned = clean_lines([PARAGRAPH, "", SECOND, "", heading, "", headline, headline, "Society"], TABLE)
    assert [line for line in cleaned.kept if line] == [PARAGRAPH, SECOND]


def test_a_trending_box_above_the_text_takes_only_its_own_lines() -> None:
    cleaned = clean_lines(["Trending", "Cat found on roof", "Dog wins prize", PARAGRAPH, SECOND], TABLE)
    assert cleaned.kept == (PARAGRAPH, SECOND)


def test_a_related_block_ends_at_the_next_paragraph() -> None:
    cleaned = clean_lines([PARAGRAPH, "Читайте также", "Кошку сняли с крыши", "Собака получила приз", SECOND], TABLE)
    assert cleaned.kept == (PARAGRAPH, SECOND)


@pytest.mark.parametrize(
    "line",
    [
        "Фото: ТАСС", "Photo: A. Smith / AP", "Foto: dpa", "Crédit photo : AFP", "© Reuters", "图片来源：新华社", "صورة: رويترز", "Читайте также: Кошку сняли с крыши",
        "Read also: Cat rescued from roof", "Lesen Sie auch: Katze vom Dach gerettet", "Читать на сайте Example.org", "Read on site Example.org", "Поделиться",
        "Share on Facebook", "Подписывайтесь на наш телеграм-канал", "Sign up for our morning newsletter", "Abonnez-vous à notre lettre", "Реклама", "Advertisement",
        "Комментарии (12)", "© 2025 Example. All rights reserved", "We use cookies to improve your experience", "Теги: мост, совет", "World | Politics | Sport | Weather",
        "무단 전재 및 재배포 금지", "责任编辑：甲乙",
    ],
)  # fmt: skip
def test_single_lines_go_alone(line: str) -> None:
    cleaned = clean_lines([PARAGRAPH, line, SECOND], TABLE)
    assert cleaned.kept == (PARAGRAPH, SECOND)


@pytest.mark.parametrize(
    "line",
    [
        "Фото с места событий появились в сети вечером.", "Photographs from the scene were shown on television.", "Share prices fell on Monday.",
        "Comments by the minister drew anger.", "Реклама алкоголя будет запрещена.", "Related parties were not named.", "Subscribers number two million.",
        "Trending topics were discussed by ministers.", "Add to this the drought.", "热门景点周末关闭。", "Video evidence convinced the court.",
        "Tag der offenen Tür lockt Tausende an.", "Popular uprisings spread.",
    ],
)  # fmt: skip
def test_sentences_that_begin_alike_stay(line: str) -> None:
    assert clean_lines([PARAGRAPH, line, SECOND], TABLE).kept == (PARAGRAPH, line, SECOND)


def test_a_paragraph_is_long_and_ends_like_a_sentence() -> None:
    assert is_paragraph(PARAGRAPH)
    assert not is_paragraph(PARAGRAPH.rstrip("."))
    assert is_paragraph("委员会星期一开会六个小时，同意在冬天来临之前修好那座通往山谷的旧桥，居民们表示已经等待多年。")


def test_lines_that_recur_on_a_host_are_learned() -> None:
    known = HostFurniture()
    for number in range(10):
        known.learn(
            "example.org",
            [f"{PARAGRAPH} {number} {'x' * number}", "Write to us at desk@example.org", f"Seen {number} times today"],
        )
    assert known.is_furniture("example.org", "Write to us at desk@example.org", 3)
    assert known.is_furniture("example.org", "Seen 4711 times today", 3)
    assert not known.is_furniture("example.org", f"{PARAGRAPH} 1 x", 3)
    assert not known.is_furniture("other.example", "Write to us at desk@example.org", 3)
    again = HostFurniture.from_record(known.to_record())
    assert again.is_furniture("example.org", "Write to us at desk@example.org", 3)
    assert again.pages == known.pages


def test_learning_is_bounded() -> None:
    known = HostFurniture(max_lines=200)
    for number in range(300):
        host = "large.example" if number % 2 else f"small{number}.example"
        known.learn(host, ["Our address is here", *(f"line {chr(97 + k)}{'z' * number}" for k in range(5))])
    assert sum(map(len, known.counts.values())) <= 201
    assert known.is_furniture("large.example", "Our address is here", 3)


def test_errors_in_the_table_name_file_and_key(tmp_path: Path) -> None:
    own = tmp_path / "furniture.toml"
    own.write_text('[[furniture]]\nlanguage = "xx"\ncheese = ["a"]\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="cheese: unknown key"):
        load_furniture(own)
