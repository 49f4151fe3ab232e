"""Files of every kind to raw pages, and what happens to broken ones."""

import gzip
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from clustering.articles.build import build_article
from clustering.articles.context import load_context
from clustering.config import Config, IngestConfig
from clustering.errors import InputError, RejectedPage
from clustering.pages.files import find_files, read_paths
from clustering.types import RawPage, Reject

CONFIG = Config().ingest


def read(path: Path, config: IngestConfig = CONFIG) -> list[RawPage | Reject]:
    return list(read_paths([path], config))


def records(path: Path) -> list[dict[str, object]]:
    return [item.fields for item in read(path) if isinstance(item, RawPage) and item.fields is not None]


def rejects(path: Path, config: IngestConfig = CONFIG) -> list[tuple[int | None, str]]:
    return [(item.origin.line, item.reason) for item in read(path, config) if isinstance(item, Reject)]


LINES = b'{"id": "a", "title": "One"}\n\n{"id": "b", "title": "Two"\n[1, 2]\n\xff\xfe{"id": "c"}\n{"id": "d", "title": "Four"}'


@pytest.mark.parametrize("name", ["news.jsonl", "news.ndjson", "news.json", "news.jsonl.gz", "NEWS.JSONL"])
def test_json_lines_give_records_and_rejects_with_their_line(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(LINES) if name.endswith(".gz") else LINES)
    assert [record["id"] for record in records(path)] == ["a", "d"]
    assert rejects(path) == [(3, "malformed-line"), (4, "malformed-line"), (5, "undecodable")]
    pages = [item for item in read(path) if isinstance(item, RawPage)]
    assert [page.origin.line for page in pages] == [1, 6]
    assert pages[0].origin.describe() == f"{path}:1"
    assert pages[0].hints == {"clock": "file"}


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"title": "One"}\r\n{"title": "Two"}\r\n')
    assert len(records(path)) == 2
    assert not rejects(path)


def test_json_that_is_one_list_or_one_object(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"title": "One"}, 3, {"title": "Two"}], indent=2), encoding="utf-8")
    assert [record["title"] for record in records(path)] == ["One", "Two"]
    assert rejects(path) == [(2, "malformed-line")]
    path.write_text(json.dumps({"title": "One"}, indent=2), encoding="utf-8")
    assert [record["title"] for record in records(path)] == ["One"]
    path.write_text("{", encoding="utf-8")
    assert [reason for _, reason in rejects(path)] == ["malformed-line"]


def test_hostile_json_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("[" * 100_000 + "\n" + '{"title": ' + "9" * 5_000 + "}\n", encoding="utf-8")
    assert [reason for _, reason in rejects(path)] == ["malformed-line", "malformed-line"]


def test_a_line_too_long_is_skipped_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "x" * 50_000}) + "\n" + '{"title": "after"}\n', encoding="utf-8")
    small = CONFIG.model_copy(update={"max_page_bytes": 10_000})
    assert rejects(path, small) == [(1, "too-large")]
    assert [item.fields for item in read(path, small) if isinstance(item, RawPage)] == [{"title": "after"}]


def test_a_torn_gzip_file_gives_all_up_to_the_tear(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    whole = gzip.compress(
        b"".join(json.dumps({"id": str(n), "title": f"Story {n * n}"}).encode() + b"\n" for n in range(5_000))
    )
    path.write_bytes(whole[: len(whole) // 2])
    assert 500 < len(records(path)) < 5_000
    assert [reason for _, reason in rejects(path)] == ["malformed-line"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_any_usual_delimiter(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    rows = ["id,title,text,story", 'a,One,"Line one\nLine two",g', "b,Two", "c,Three,,g", "", "d,Four,x,g,h"]
    path.write_bytes("\r\n".join(row.replace(",", delimiter) for row in rows).encode("utf-8-sig"))
    assert [(record["id"], record["text"]) for record in records(path)] == [("a", "Line one\nLine two"), ("c", None)]
    assert rejects(path) == [(4, "malformed-line"), (7, "malformed-line")]


def test_csv_rows_that_are_not_utf8_are_rejected_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,title\na,Мост\n".encode() + b"b,\xcc\xee\xf1\xf2\n" + "c,Мост\n".encode())
    assert [record["id"] for record in records(path)] == ["a", "c"]
    assert rejects(path) == [(3, "undecodable")]


@pytest.mark.parametrize("content", ["", "id,headline\n1,x\n"])
def test_csv_without_the_columns_is_one_reject(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, encoding="utf-8")
    assert rejects(path) == [(1, "missing-column")]
    assert not records(path)


def test_parquet_gives_native_values(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    moment = datetime(2025, 2, 15, 10, tzinfo=UTC)
    table = pa.table(
        {
            "id": ["a", "b"],
            "Title": ["One", None],
            "text": [None, "Body"],
            "published_at": [moment, None],
            "day": [date(2025, 2, 15)] * 2,
            "story": ["g", "g"],
        }
    )
    parquet.write_table(table, path)
    rows = records(path)
    assert [(row["id"], row["title"], row["text"]) for row in rows] == [("a", "One", None), ("b", None, "Body")]
    assert rows[0]["published_at"] == moment
    assert "story" not in rows[0]
    path.write_bytes(b"PAR1 nothing")
    assert [reason for _, reason in rejects(path)] == ["malformed-line"]
    parquet.write_table(pa.table({"headline": ["x"]}), path)
    assert rejects(path) == [(1, "missing-column")]


def test_saved_pages_carry_their_bytes_and_what_the_path_tells(tmp_path: Path) -> None:
    folder = tmp_path / "valley.example"
    folder.mkdir()
    (folder / "a.html").write_bytes(b"<!-- saved from url=(0025)https://valley.example/a -->\n<html></html>")
    (folder / "b.txt").write_bytes(b"Title\n\nBody")
    html, text = read(folder)
    assert isinstance(html, RawPage)
    assert isinstance(text, RawPage)
    assert (html.kind, html.origin.url, html.hints["outlet"]) == ("html", "https://valley.example/a", "valley.example")
    assert (text.kind, text.content) == ("text", b"Title\n\nBody")
    assert rejects(folder, CONFIG.model_copy(update={"max_page_bytes": 20})) == [(None, "too-large")]


def test_folders_are_read_recursively_in_name_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/.hidden.txt", ".git/x.txt", "notes.md", "a/c.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert [str(path.relative_to(tmp_path)) for path in find_files([tmp_path])] == ["a/c.jsonl", "a/z.txt", "b.txt"]
    assert find_files([tmp_path / "b.txt", tmp_path])[0] == tmp_path / "b.txt"


def test_expectations_of_golden_pages_are_not_news(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>x</p>", encoding="utf-8")
    path = tmp_path / "expected.json"
    path.write_text('{"a.html": {"title": "x"}}', encoding="utf-8")
    assert find_files([tmp_path]) == [tmp_path / "a.html"]
    path.write_text('{"title": "Of what was expected"}', encoding="utf-8")
    assert find_files([tmp_path]) == [tmp_path / "a.html", path]


def test_names_that_are_not_utf8_can_be_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/m\xf6st.jsonl"))
    try:
        path.write_text('{"title": "One"}\n{', encoding="utf-8")
    except OSError:
        pytest.skip("this file system knows UTF-8 names only")
    for item in read(path):
        assert item.origin.describe().encode("utf-8")


def test_paths_that_cannot_be_read_are_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="no file or folder"):
        read_paths([tmp_path / "none.jsonl"], CONFIG)
    with pytest.raises(InputError, match="unknown kind of file"):
        read_paths([tmp_path / "a.docx"], CONFIG)
    with pytest.raises(InputError, match="no file to read"):
        read_paths([tmp_path], CONFIG)


def test_a_parquet_time_beyond_all_years_costs_its_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "times.parquet"
    times = pa.array([2**62, 1_739_650_000_000_000, None], pa.timestamp("us", tz="UTC"))
    odd = pa.array([1_739_650_000_000_000_001] * 3, pa.timestamp("ns"))
    parquet.write_table(pa.table({"title": ["a", "b", "c"], "published_at": times, "modified_at": odd}), path)
    pages = list(read_paths([path], IngestConfig()))
    assert [page.fields["title"] for page in pages if isinstance(page, RawPage) and page.fields] == ["a", "b", "c"]
    context = load_context(Config())
    with pytest.raises(RejectedPage, match="bad-date"):
        build_article(pages[0], context)  # type: ignore[arg-type]
    assert build_article(pages[1], context).published_at is not None  # type: ignore[arg-type]
