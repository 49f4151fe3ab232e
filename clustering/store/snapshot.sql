-- The published snapshot: what analysts, dashboards and the API read. Run against the private database with the new
-- file attached as "snapshot". Tables hold the current picture; views and macros answer the usual questions.

CREATE TABLE snapshot.articles AS
    SELECT
        a.article_id, c.story_id, a.outlet, coalesce(o.name, a.outlet) AS outlet_name, o.country, a.language,
        a.published_at, a.published_precision, a.title, a.lead, a.text, a.url, a.author, a.section,
        a.wire, a.wire_role, coalesce(c.is_reprint, false) AS is_reprint, c.original_id, coalesce(c.share_copied, 0) AS share_copied,
        c.duplicate_group, c.probability, c.joined_by, c.joined_probability, c.joined_parts, a.ingested_at
    FROM articles a
    LEFT JOIN current_assignments c USING (article_id)
    LEFT JOIN outlets o ON o.outlet = a.outlet
    ORDER BY a.published_at, a.article_id;
-- A page of one story must not scan a million articles.
CREATE INDEX articles_by_story ON snapshot.articles (story_id);
CREATE INDEX articles_by_id ON snapshot.articles (article_id);
COMMENT ON TABLE snapshot.articles IS 'Every article, with the story it tells (null when none) and whether it is a reprint';
COMMENT ON COLUMN snapshot.articles.article_id IS 'Stable id';
COMMENT ON COLUMN snapshot.articles.story_id IS 'The story this article tells; null when no other outlet tells it';
COMMENT ON COLUMN snapshot.articles.outlet IS 'Host (or given name) of the publishing outlet';
COMMENT ON COLUMN snapshot.articles.published_at IS 'UTC; null when unknown';
COMMENT ON COLUMN snapshot.articles.published_precision IS 'second, minute, hour, day, month or unknown: a day is stored as its first moment but is not midnight';
COMMENT ON COLUMN snapshot.articles.wire IS 'The agency whose text this is (wire_role text) or which it cites (wire_role cited)';
COMMENT ON COLUMN snapshot.articles.is_reprint IS 'True when the text is copied from another article or a wire';
COMMENT ON COLUMN snapshot.articles.original_id IS 'For reprints: the article it copies, when we have it';
COMMENT ON COLUMN snapshot.articles.share_copied IS 'Share of the text that is copied, 0 to 1';
COMMENT ON COLUMN snapshot.articles.duplicate_group IS 'Same for all near-duplicates of one text';
COMMENT ON COLUMN snapshot.articles.probability IS 'Strength of membership in the story, 0 to 1';
COMMENT ON COLUMN snapshot.articles.joined_by IS 'The article whose similarity joined this one to the story';
COMMENT ON COLUMN snapshot.articles.joined_probability IS 'Probability that the two tell the same story';
COMMENT ON COLUMN snapshot.articles.joined_parts IS 'Log-odds each kind of evidence added to that verdict: meaning, words, names, numbers, places, hours';

CREATE TABLE snapshot.stories AS
    WITH members AS (
        SELECT
            story_id,
            count(*) AS n_articles,
            count(DISTINCT outlet) AS n_outlets,
            count(DISTINCT language) AS n_languages,
            count(DISTINCT country) AS n_countries,
            count(*) FILTER (WHERE is_reprint) AS n_reprints,
            count(*) FILTER (WHERE NOT is_reprint) AS n_originals,
            count(DISTINCT coalesce(duplicate_group, article_id)) AS n_origins,
            coalesce(min(published_at) FILTER (WHERE published_precision IN ('second', 'minute', 'hour')), min(published_at)) AS first_seen,
            max(published_at) AS last_seen,
            count(*) FILTER (WHERE published_at > (SELECT max(published_at) FROM snapshot.articles) - INTERVAL 24 HOUR) AS n_last_day,
            list_sort(list(DISTINCT language) FILTER (WHERE language IS NOT NULL)) AS languages,
            list_sort(list(DISTINCT country) FILTER (WHERE country IS NOT NULL)) AS countries,
            list_sort(list(DISTINCT wire) FILTER (WHERE wire IS NOT NULL AND wire_role = 'text')) AS wires
        FROM snapshot.articles WHERE story_id IS NOT NULL GROUP BY story_id
    ), slots AS (
        SELECT a.story_id,
               CAST(least(23, greatest(0, floor(24 * epoch(a.published_at - m.first_seen) / greatest(epoch(m.last_seen - m.first_seen), 1)))) AS INTEGER) AS slot,
               count(*) AS n
        FROM snapshot.articles a JOIN members m USING (story_id) WHERE a.published_at IS NOT NULL GROUP BY ALL
    ), grown AS (
        SELECT story_id, map(list(slot), list(n)) AS per_slot FROM slots GROUP BY story_id
    )
    SELECT
        m.story_id,
        s.description->>'headline' AS headline,
        s.description->>'headline_language' AS headline_language,
        s.state,
        m.* EXCLUDE (story_id),
        list_transform(range(24), lambda slot: CAST(coalesce(g.per_slot[slot], 0) AS INTEGER)) AS growth,
        t.thread_id,
        CAST(s.description->'keywords' AS VARCHAR[]) AS keywords,
        CAST(s.description->'names' AS VARCHAR[]) AS names,
        CAST(s.description->'places' AS VARCHAR[]) AS places,
        s.description->>'lead' AS lead,
        s.trust,
        s.run_id AS changed_run_id
    FROM members m
    JOIN current_stories s USING (story_id)
    LEFT JOIN grown g USING (story_id)
    LEFT JOIN current_threads t USING (story_id)
    ORDER BY m.n_outlets DESC, m.n_articles DESC, m.first_seen, m.story_id;
COMMENT ON TABLE snapshot.stories IS 'One row per story: the articles of several outlets about one event';
COMMENT ON COLUMN snapshot.stories.story_id IS 'Opaque id that the story keeps from run to run';
COMMENT ON COLUMN snapshot.stories.headline IS 'Title of the most central article, in the preferred language when the story has it';
COMMENT ON COLUMN snapshot.stories.state IS 'active while it is being fed, ended when nothing came for a while';
COMMENT ON COLUMN snapshot.stories.n_reprints IS 'Articles copied from a wire or another outlet';
COMMENT ON COLUMN snapshot.stories.n_originals IS 'Articles that are nobody''s copy';
COMMENT ON COLUMN snapshot.stories.n_origins IS 'Independent texts behind all articles: near-duplicates count once';
COMMENT ON COLUMN snapshot.stories.first_seen IS 'Earliest publication with a known hour, UTC; when there is none, the earliest day';
COMMENT ON COLUMN snapshot.stories.last_seen IS 'Latest known publication, UTC';
COMMENT ON COLUMN snapshot.stories.n_last_day IS 'Articles of the 24 hours before the newest article of the snapshot';
COMMENT ON COLUMN snapshot.stories.growth IS 'Articles in each of 24 equal parts of the time from first_seen to last_seen';
COMMENT ON COLUMN snapshot.stories.thread_id IS 'The running affair this story belongs to';
COMMENT ON COLUMN snapshot.stories.keywords IS 'Words that tell this story from its neighbours';
COMMENT ON COLUMN snapshot.stories.trust IS 'Cohesion, separation, chaining risk, date doubts, single-wire dependence';

CREATE TABLE snapshot.outlets AS
    WITH seen AS (
        SELECT outlet, count(*) AS n_articles, count(DISTINCT story_id) AS n_stories,
               count(*) FILTER (WHERE is_reprint) AS n_reprints,
               min(published_at) AS first_article_at, max(published_at) AS last_article_at,
               list_sort(list(DISTINCT language) FILTER (WHERE language IS NOT NULL)) AS languages
        FROM snapshot.articles WHERE outlet IS NOT NULL GROUP BY outlet
    )
    SELECT s.outlet, coalesce(o.name, s.outlet) AS name, o.country, o.language, o.timezone,
           coalesce(o.kind, 'outlet') AS kind, o.owner, o.lean,
           s.n_articles, s.n_stories, s.n_reprints, s.first_article_at, s.last_article_at, coalesce(s.languages, []) AS languages
    FROM seen s LEFT JOIN outlets o USING (outlet)
    ORDER BY n_articles DESC, outlet;
COMMENT ON TABLE snapshot.outlets IS 'Outlets and wires: what the config says and what they published';
COMMENT ON COLUMN snapshot.outlets.kind IS 'outlet or wire';

CREATE TABLE snapshot.runs AS SELECT * EXCLUDE (input_hash) FROM runs ORDER BY run_id;
COMMENT ON TABLE snapshot.runs IS 'Every executed step: config hash, code version, encoder, counts';

CREATE TABLE snapshot.rejects AS
    SELECT page_id, source, kind, path, line, url, reason, detail, article_id, first_run_id, last_run_id
    FROM pages WHERE outcome = 'reject' ORDER BY path, line, page_id;
COMMENT ON TABLE snapshot.rejects IS 'Pages that did not become articles, with the named reason, file and line';
COMMENT ON COLUMN snapshot.rejects.reason IS 'malformed-line, missing-column, undecodable, empty, duplicate-id, future-date, bad-date, ...';

CREATE TABLE snapshot.transitions AS SELECT * FROM transitions ORDER BY run_id, story_id, kind;
COMMENT ON TABLE snapshot.transitions IS 'How stories changed: emerged, survived, grew, absorbed, split, revived, ended';
COMMENT ON COLUMN snapshot.transitions.overlap IS 'Share of members in common that decided';

CREATE TABLE snapshot.assignments AS
    SELECT run_id, article_id, story_id, is_reprint FROM assignments ORDER BY article_id, run_id;
COMMENT ON TABLE snapshot.assignments IS 'History of which story an article was in; a row when it changed';

CREATE TABLE snapshot.threads AS
    SELECT t.thread_id, arg_max(t.title, t.run_id) AS title, count(*) AS n_stories, sum(s.n_articles) AS n_articles,
           min(s.first_seen) AS first_seen, max(s.last_seen) AS last_seen
    FROM current_threads t JOIN snapshot.stories s USING (story_id)
    WHERE t.thread_id IS NOT NULL
    GROUP BY t.thread_id ORDER BY n_stories DESC, thread_id;
COMMENT ON TABLE snapshot.threads IS 'Running affairs: stories linked over time';

CREATE TABLE snapshot.related_stories AS
    SELECT r.* EXCLUDE (run_id) FROM related_stories r
    JOIN (SELECT story_id, max(run_id) AS run_id FROM related_stories GROUP BY story_id) newest USING (story_id, run_id)
    ORDER BY story_id, similarity DESC;
COMMENT ON TABLE snapshot.related_stories IS 'Other stories near a story, with a similarity and the names they share';

USE snapshot;

CREATE TABLE sides AS
    SELECT 'language' AS kind, language AS value, count(*) AS n_stories FROM (SELECT unnest(languages) AS language FROM stories) GROUP BY language
    UNION ALL
    SELECT 'country', country, count(*) FROM (SELECT unnest(countries) AS country FROM stories) GROUP BY country
    ORDER BY ALL;
COMMENT ON TABLE sides IS 'Languages and countries with the number of stories told in them';
COMMENT ON COLUMN sides.kind IS 'language or country';
COMMENT ON COLUMN sides.value IS 'ISO 639-1 or ISO 3166 alpha-2 code';

CREATE VIEW coverage AS
    SELECT story_id, outlet, any_value(outlet_name) AS outlet_name, any_value(country) AS country,
           min(published_at) AS first_at, max(published_at) AS last_at,
           count(*) AS n_articles, count(*) FILTER (WHERE NOT is_reprint) AS n_originals, count(*) FILTER (WHERE is_reprint) AS n_reprints,
           list_sort(list(DISTINCT wire) FILTER (WHERE wire IS NOT NULL AND wire_role = 'text')) AS wires,
           list_sort(list(DISTINCT language) FILTER (WHERE language IS NOT NULL)) AS languages
    FROM articles WHERE story_id IS NOT NULL
    GROUP BY story_id, outlet;
COMMENT ON VIEW coverage IS 'One row per story and outlet: when it came in, what it wrote itself and what it reprinted';

CREATE VIEW timeline AS
    SELECT story_id, time_bucket(INTERVAL 1 HOUR, published_at) AS hour, count(*) AS n_articles,
           count(*) FILTER (WHERE NOT is_reprint) AS n_originals, count(*) FILTER (WHERE is_reprint) AS n_reprints,
           count(DISTINCT outlet) AS n_outlets,
           sum(count(*)) OVER (PARTITION BY story_id ORDER BY hour) AS n_articles_so_far
    FROM articles WHERE story_id IS NOT NULL AND published_at IS NOT NULL AND published_precision IN ('second', 'minute', 'hour')
    GROUP BY story_id, hour;
COMMENT ON VIEW timeline IS 'How a story grew, by hour; articles known to the day only are left out';

-- The same rule as clustering.stories.first_reports: a date covers the interval its precision leaves open, and whoever
-- begins before the earliest end may have been first.
CREATE VIEW first_reports AS
    WITH named AS (
        SELECT story_id, article_id, outlet, language, title, is_reprint, wire, published_at, published_precision,
               CASE published_precision
                   WHEN 'second' THEN published_at + INTERVAL 1 SECOND
                   WHEN 'minute' THEN published_at + INTERVAL 1 MINUTE
                   WHEN 'hour' THEN published_at + INTERVAL 1 HOUR
                   WHEN 'day' THEN published_at + INTERVAL 24 HOUR
                   WHEN 'month' THEN published_at + INTERVAL 744 HOUR
               END AS latest_at
        FROM articles WHERE story_id IS NOT NULL AND outlet IS NOT NULL
    ), bound AS (
        SELECT story_id, min(latest_at) AS cut, bool_or(latest_at IS NULL) AS has_undated FROM named GROUP BY story_id
    )
    SELECT n.story_id, n.article_id, n.outlet, n.language, n.published_at, n.published_precision, n.title, n.is_reprint, n.wire,
           count(DISTINCT n.outlet) OVER (PARTITION BY n.story_id) = 1 AND NOT b.has_undated AS is_certain
    FROM named n JOIN bound b ON b.story_id = n.story_id AND n.published_at < b.cut
    WHERE n.latest_at IS NOT NULL;
COMMENT ON VIEW first_reports IS 'Who may have been first; several rows when dates leave it open';
COMMENT ON COLUMN first_reports.is_certain IS 'True when exactly one outlet can have been first';

ALTER TABLE stories ADD COLUMN first_outlets VARCHAR[];
ALTER TABLE stories ADD COLUMN first_is_certain BOOLEAN;
UPDATE stories SET first_outlets = f.outlets, first_is_certain = f.is_certain
    FROM (SELECT story_id, list_sort(list(DISTINCT outlet)) AS outlets, bool_and(is_certain) AS is_certain FROM first_reports GROUP BY story_id) f
    WHERE f.story_id = stories.story_id;
CREATE INDEX stories_by_id ON stories (story_id);
COMMENT ON COLUMN stories.first_outlets IS 'Outlets that may have been first: several when dates leave it open, null when no date is usable';
COMMENT ON COLUMN stories.first_is_certain IS 'True when exactly one outlet can have been first';

CREATE VIEW gaps AS
    WITH span AS (
        SELECT story_id, first_seen, greatest(last_seen, first_seen + INTERVAL 24 HOUR) AS until FROM stories
    )
    SELECT s.story_id, a.outlet, any_value(a.outlet_name) AS outlet_name, any_value(a.country) AS country,
           count(*) AS n_articles_meanwhile
    FROM span s JOIN articles a ON a.published_at BETWEEN s.first_seen AND s.until
    WHERE a.outlet IS NOT NULL AND NOT EXISTS (SELECT 1 FROM articles m WHERE m.story_id = s.story_id AND m.outlet = a.outlet)
    GROUP BY s.story_id, a.outlet;
COMMENT ON VIEW gaps IS 'Outlets that published while a story ran but did not tell it';
COMMENT ON COLUMN gaps.n_articles_meanwhile IS 'What the outlet published in the interval (at least 24 hours)';

CREATE VIEW gap_shares AS
    WITH span AS (
        SELECT story_id, first_seen, greatest(last_seen, first_seen + INTERVAL 24 HOUR) AS until FROM stories
    ), meanwhile AS (
        SELECT s.story_id, a.outlet, a.language, a.country, count(*) AS n, false AS tells
        FROM span s JOIN articles a ON a.published_at BETWEEN s.first_seen AND s.until
        WHERE a.outlet IS NOT NULL AND a.story_id IS DISTINCT FROM s.story_id GROUP BY ALL
        UNION ALL
        SELECT story_id, outlet, language, country, count(*), true FROM articles
        WHERE story_id IS NOT NULL AND outlet IS NOT NULL GROUP BY ALL
    )
    SELECT story_id, 'language' AS kind, language AS value, count(DISTINCT outlet) FILTER (WHERE tells) AS n_covering,
           count(DISTINCT outlet) AS n_publishing, CAST(sum(n) AS BIGINT) AS n_articles_meanwhile
    FROM meanwhile WHERE language IS NOT NULL GROUP BY story_id, language
    UNION ALL
    SELECT story_id, 'country', country, count(DISTINCT outlet) FILTER (WHERE tells), count(DISTINCT outlet), CAST(sum(n) AS BIGINT)
    FROM meanwhile WHERE country IS NOT NULL GROUP BY story_id, country;
COMMENT ON VIEW gap_shares IS 'Of the outlets of a language or country that published while a story ran, how many told it; n_covering 0 is a gap';
COMMENT ON COLUMN gap_shares.kind IS 'language or country';
COMMENT ON COLUMN gap_shares.n_publishing IS 'The denominator: outlets that published anything in the interval (at least 24 hours)';

CREATE MACRO story(id) AS TABLE
    SELECT published_at, published_precision, outlet, language, title, is_reprint, wire, original_id, url, article_id
    FROM articles WHERE story_id = id ORDER BY published_at, article_id;

CREATE MACRO story_as_of(id, run) AS TABLE
    WITH then_assigned AS (
        SELECT * FROM assignments WHERE run_id <= run
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY run_id DESC) = 1
    )
    SELECT a.published_at, a.outlet, a.language, a.title, t.is_reprint, a.article_id
    FROM then_assigned t JOIN articles a USING (article_id) WHERE t.story_id = id ORDER BY a.published_at, a.article_id;

CREATE MACRO story_at(id, moment) AS TABLE
    WITH then_assigned AS (
        SELECT * FROM assignments WHERE run_id <= (SELECT max(run_id) FROM runs WHERE coalesce(ended_at, started_at) <= moment)
        QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY run_id DESC) = 1
    )
    SELECT a.published_at, a.outlet, a.language, a.title, t.is_reprint, a.article_id
    FROM then_assigned t JOIN articles a USING (article_id) WHERE t.story_id = id ORDER BY a.published_at, a.article_id;
