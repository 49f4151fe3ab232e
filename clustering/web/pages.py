"""The pages: reads what each shows from an open snapshot and renders it.

Takes a connection, links, the snapshot's facts and what was asked for; gives HTML, or None when the snapshot has no such thing. The server and the
static site call the same functions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import duckdb

from clustering.feeds.comparison import Side, compare_sides, read_sides
from clustering.feeds.cursors import Cursor, encode_cursor
from clustering.feeds.outlet_rows import read_outlet, read_outlets, read_overlap
from clustering.feeds.safe_text import clean_text, shorten
from clustering.feeds.search import search_stories
from clustering.feeds.story_detail import StoryDetail, ThreadStory, read_story_detail
from clustering.feeds.story_rows import SORTS, Selection, Sort, StoryRow, count_stories, select_rows
from clustering.feeds.thread_rows import read_thread, read_threads
from clustering.web.captions import describe_article, name_group
from clustering.web.charts import draw_overlap, draw_thread_strip, draw_thread_timeline
from clustering.web.links import Links
from clustering.web.rendering import SnapshotFacts, render_page
from clustering.web.swimlane import GroupBy, Swimlane, lay_out_swimlane
from clustering.web.swimlane_picture import draw_export, draw_rows
from clustering.web.swimlane_svg import Captions

__all__ = ["Page", "StoryQuery"]

_MAX_ARTICLES = 2_500
_PAGE = 50


@dataclass(frozen=True, slots=True)
class StoryQuery:
    """What the front page was asked for. ``text``: search words; then the order is by match."""

    selection: Selection = field(default_factory=Selection)
    sort: Sort = "now"
    text: str = ""
    after: Cursor | None = None
    limit: int = _PAGE


@dataclass(frozen=True, slots=True)
class Page:
    """One reader's view of a snapshot: every method renders one kind of page."""

    connection: duckdb.DuckDBPyConnection
    links: Links
    snapshot: SnapshotFacts

    def front(self, query: StoryQuery) -> str:
        """Render the list of stories."""
        selection = query.selection
        if query.text:
            stories = search_stories(self.connection, query.text, selection, limit=query.limit)
            n_found = len(stories)
        else:
            stories = select_rows(self.connection, selection, sort=query.sort, limit=query.limit + 1, after=query.after)
            n_found = count_stories(self.connection, selection)
        has_more = len(stories) > query.limit
        stories = stories[: query.limit]
        since, until = selection.since, selection.until
        next_page = None
        if has_more and not self.links.is_static:
            next_page = self.links.front(
                sort=query.sort,
                language=selection.language,
                country=selection.country,
                outlet=selection.outlet,
                since=since.date().isoformat() if since else None,
                until=(until - timedelta(days=1)).date().isoformat() if until else None,
                cursor=encode_cursor(_cursor_after(stories[-1], query.sort)),
            )
        return render_page(
            "front.html",
            self.links,
            self.snapshot,
            here="front",
            query=clean_text(query.text),
            sort=query.sort,
            sorts={key: words for key, (_, words) in SORTS.items()},
            selection=selection,
            since=since.date().isoformat() if since else None,
            until=(until - timedelta(days=1)).date().isoformat() if until else None,
            stories=stories,
            n_found=n_found,
            next_page=next_page,
            languages=read_sides(self.connection, "language"),
            countries=read_sides(self.connection, "country"),
            outlets=[] if self.links.is_static else read_outlets(self.connection, limit=200),
        )

    def story(self, story_id: str, group_by: GroupBy = "country") -> str | None:
        """Render one story with its picture."""
        detail = read_story_detail(self.connection, story_id)
        return None if detail is None else self.story_from(detail, group_by)

    def story_from(self, detail: StoryDetail, group_by: GroupBy = "country") -> str:
        """Render a story that was already read."""
        lanes = lay_out_swimlane(detail, group_by)
        captions = _captions(group_by)
        link = self.links.story
        return render_page(
            "story.html",
            self.links,
            self.snapshot,
            here="story",
            detail=detail,
            articles=detail.articles[:_MAX_ARTICLES],
            group_by=group_by,
            is_packed=lanes.mark_radius < 4.5,
            picture=draw_rows(lanes, captions),
            strip=draw_thread_strip(detail.thread, detail.row.story_id, link) if len(detail.thread) > 1 else "",
            neighbours=_neighbours(detail.thread, detail.row.story_id),
            outlet_names={a.outlet: a.outlet_name or a.outlet for a in detail.articles if a.outlet},
            first_ids=set(detail.coverage.first_report.article_ids),
            variants=_headline_variants(detail),
            trust=_show_trust(detail.row.trust),
        )

    def story_picture(self, detail: StoryDetail, group_by: GroupBy = "country") -> str:
        """Draw a story's swimlane as an SVG document."""
        lanes: Swimlane = lay_out_swimlane(detail, group_by)
        coverage = detail.coverage
        note = (
            f"{coverage.n_articles} articles in {len(coverage.outlets)} outlets and {len(coverage.languages)} languages:"
            f" {coverage.n_originals} originals, {coverage.n_reprints} reprints, {coverage.n_independent_origins} independent origins"
        )
        return str(draw_export(lanes, _captions(group_by), detail.row.headline, note))

    def threads(self) -> str:
        """Render the list of threads."""
        return render_page(
            "threads.html", self.links, self.snapshot, here="threads", threads=read_threads(self.connection)
        )

    def thread(self, thread_id: str) -> str | None:
        """Render one thread on its timeline."""
        thread = read_thread(self.connection, thread_id)
        if thread is None:
            return None
        picture = draw_thread_timeline(_as_neighbours(thread.stories), self.links.story)
        return render_page("thread.html", self.links, self.snapshot, here="threads", thread=thread, picture=picture)

    def thread_picture(self, thread_id: str) -> str | None:
        """Draw a thread's timeline as an SVG document."""
        thread = read_thread(self.connection, thread_id)
        if thread is None:
            return None
        return str(draw_thread_timeline(_as_neighbours(thread.stories), None, title=thread.row.title))

    def outlets(self) -> str:
        """Render the list of outlets and their overlap."""
        overlap = read_overlap(self.connection)
        return render_page(
            "outlets.html",
            self.links,
            self.snapshot,
            here="outlets",
            outlets=read_outlets(self.connection),
            overlap=overlap,
            picture=draw_overlap(overlap.names, overlap.shares),
        )

    def overlap_picture(self) -> str:
        """Draw the overlap of outlets as an SVG document."""
        overlap = read_overlap(self.connection)
        return str(draw_overlap(overlap.names, overlap.shares, is_document=True))

    def outlet(self, outlet: str) -> str | None:
        """Render one outlet."""
        detail = read_outlet(self.connection, outlet)
        return (
            None
            if detail is None
            else render_page("outlet.html", self.links, self.snapshot, here="outlets", outlet=detail)
        )

    def compare(self, by: Side | None = None, left: str = "", right: str = "") -> str:
        """Render what one language or country tells and another does not; without a choice, the two with most stories."""
        languages, countries = read_sides(self.connection, "language"), read_sides(self.connection, "country")
        chosen: list[tuple[Side, list[tuple[str, int]]]] = [("language", languages), ("country", countries)]
        results = []
        for kind, sides in chosen:
            if by not in (None, kind) or len(sides) < 2:
                continue
            if by is None and not self.links.is_static and kind == "country":
                continue
            default_right = next(code for code, _ in sides if code != (left or sides[0][0]))
            results.append(compare_sides(self.connection, kind, left or sides[0][0], right or default_right))
        shown = results[0] if results else None
        return render_page(
            "compare.html",
            self.links,
            self.snapshot,
            here="compare",
            by=by or "language",
            left=shown.left if shown else left,
            right=shown.right if shown else right,
            languages=languages,
            countries=countries,
            results=results,
        )

    def problem(self, title: str, detail: str) -> str:
        """Render an error."""
        return render_page("problem.html", self.links, self.snapshot, here="", title=title, detail=detail)


def _captions(group_by: GroupBy) -> Captions:
    return Captions(group=lambda value: name_group(value, group_by), article=describe_article)


def _cursor_after(story: StoryRow, sort: Sort) -> Cursor:
    return Cursor(sort, story.sort_value(sort), story.n_outlets, story.story_id)


def _as_neighbours(stories: tuple[StoryRow, ...]) -> tuple[ThreadStory, ...]:
    return tuple(
        ThreadStory(
            s.story_id,
            s.headline,
            s.headline_language,
            s.first_seen,
            s.last_seen,
            s.n_outlets,
            s.n_articles,
            s.n_languages,
        )
        for s in stories
    )


def _neighbours(thread: tuple[ThreadStory, ...], story_id: str, around: int = 4) -> tuple[ThreadStory, ...]:
    """Give the story with up to ``around`` earlier and later ones."""
    place = next((i for i, story in enumerate(thread) if story.story_id == story_id), 0)
    return thread[max(0, place - around) : place + around + 1]


def _headline_variants(detail: StoryDetail, most: int = 8) -> list[tuple[str | None, list[tuple[str, int]]]]:
    """Give each language's distinct headlines, the most carried first."""
    by_language: dict[str | None, Counter[str]] = {}
    for article in detail.articles:
        title = " ".join(clean_text(article.title).split())
        if title:
            by_language.setdefault(article.language, Counter())[title] += 1
    return [(language, titles.most_common(most)) for language, titles in by_language.items()]


def _show_trust(trust: dict[str, Any]) -> tuple[list[tuple[str, str]], list[str]]:
    """Give the measured parts of trust that a reader can weigh, and the doubts in words."""
    chaining = trust.get("chaining")
    values = {
        "cohesion": trust.get("cohesion"),
        "separation from the nearest story": trust.get("separation"),
        "chaining risk": chaining.get("risk") if isinstance(chaining, dict) else None,
        "share of the largest origin": trust.get("largest_origin_share"),
    }
    shown = [(name, f"{value:.2f}") for name, value in values.items() if isinstance(value, int | float)]
    doubts = trust.get("doubts")
    return shown, [shorten(str(doubt), 300) for doubt in doubts] if isinstance(doubts, list) else []
