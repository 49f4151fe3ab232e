-- The search index of a snapshot: words of headlines, romanised, with the names of stories; ranked by BM25 in plain SQL.
-- A document is a story, or an article that is in no story. "search_vocabulary" is filled from Python between the two halves.

CREATE TABLE snapshot.search_documents AS
    SELECT CAST(row_number() OVER (ORDER BY story_id NULLS LAST, article_id) AS INTEGER) AS document, story_id, article_id
    FROM (
        SELECT story_id, NULL AS article_id FROM snapshot.stories
        UNION ALL SELECT NULL, article_id FROM snapshot.articles WHERE story_id IS NULL
    );

CREATE TEMP TABLE search_texts AS
    SELECT d.document, lower(a.title) AS title, d.n_articles
    FROM (
        SELECT document, story_id, s.n_articles FROM snapshot.search_documents JOIN snapshot.stories s USING (story_id)
    ) d JOIN snapshot.articles a USING (story_id)
    UNION ALL
    SELECT d.document, lower(a.title), 1 FROM snapshot.search_documents d JOIN snapshot.articles a ON a.article_id = d.article_id
    WHERE d.article_id IS NOT NULL;

-- Words: letters that are written with spaces between words, and numbers. Runs of Han, kana, Thai, Lao, Khmer and Burmese: pairs of characters.
CREATE TEMP TABLE search_counts AS
    WITH runs AS (
        SELECT document, n_articles, unnest(regexp_extract_all(title, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]+')) AS run
        FROM search_texts
    ), words AS (
        SELECT document, n_articles,
               unnest(regexp_extract_all(title, '(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|\p{M}|\p{N})+')) AS word
        FROM search_texts
        UNION ALL
        SELECT document, n_articles,
               unnest(CASE WHEN length(run) < 3 THEN [run] ELSE list_transform(range(1, length(run)), lambda i: substr(run, i, 2)) END)
        FROM runs
    )
    SELECT document, word, count(*) / any_value(n_articles) AS weight FROM words WHERE length(word) <= 60 GROUP BY document, word;
DROP TABLE search_texts;
--- half
-- Names that the whole story carries meet across scripts through their keys, whatever its headlines are written in.
CREATE TEMP TABLE search_pairs AS
    WITH named AS (
        SELECT d.document, json_keys(s.description->'name_shares') AS keys, s.description->'name_shares' AS shares
        FROM snapshot.search_documents d JOIN current_stories s USING (story_id)
    ), per_name AS (
        SELECT document, unnest(keys) AS token, shares FROM named
    ), every AS (
        SELECT v.token, c.document, c.weight FROM search_counts c JOIN search_vocabulary v USING (word)
        UNION ALL
        SELECT token, document, CAST(json_extract(shares, '$."' || token || '"') AS DOUBLE) FROM per_name WHERE token LIKE 'n:%' AND token NOT LIKE '%"%'
    )
    SELECT token, document, CAST(sum(weight) AS FLOAT) AS weight FROM every GROUP BY token, document;

CREATE TABLE snapshot.search_tokens AS
    SELECT token, CAST(row_number() OVER (ORDER BY token) AS INTEGER) AS token_number, n_documents,
           ln(1 + ((SELECT count(*) FROM snapshot.search_documents) - n_documents + 0.5) / (n_documents + 0.5)) AS rarity
    FROM (SELECT token, CAST(count(*) AS INTEGER) AS n_documents FROM search_pairs GROUP BY token) ORDER BY token;

-- sorted by a small number, so that a search reads a few blocks of it
CREATE TABLE snapshot.search_postings AS
    SELECT t.token_number, p.document, p.weight FROM search_pairs p JOIN snapshot.search_tokens t USING (token)
    ORDER BY t.token_number, p.document;
DROP TABLE search_pairs;

CREATE TABLE snapshot.search_words AS SELECT DISTINCT word, token FROM search_vocabulary ORDER BY word, token;

-- length of a document against the mean: what BM25 holds against long ones
CREATE OR REPLACE TABLE snapshot.search_documents AS
    WITH lengths AS (SELECT document, sum(weight) AS n FROM search_counts GROUP BY document)
    SELECT d.document, d.story_id, d.article_id, coalesce(s.headline, a.title) AS headline,
           coalesce(s.first_seen, a.published_at) AS first_seen, CAST(coalesce(s.n_outlets, 1) AS INTEGER) AS n_outlets,
           CAST(coalesce(l.n, 0) / greatest((SELECT avg(n) FROM lengths), 1e-9) AS FLOAT) AS length,
           CAST(1 + 0.15 * ln(coalesce(s.n_outlets, 1)) AS FLOAT) AS width
    FROM snapshot.search_documents d LEFT JOIN lengths l USING (document) LEFT JOIN snapshot.stories s USING (story_id)
    LEFT JOIN (SELECT article_id, title, published_at FROM snapshot.articles WHERE story_id IS NULL) a ON a.article_id = d.article_id
    ORDER BY d.document;
DROP TABLE search_counts;

COMMENT ON TABLE snapshot.search_documents IS 'What search finds: a story, or an article that is in no story';
COMMENT ON COLUMN snapshot.search_documents.length IS 'Words of its headlines against the mean of all documents';
COMMENT ON COLUMN snapshot.search_documents.width IS 'Factor that prefers stories of many outlets';
COMMENT ON TABLE snapshot.search_words IS 'Every word of the headlines, lower case, and the tokens it is found by';
COMMENT ON COLUMN snapshot.search_words.token IS 'Romanised beginning of the word; n:NAME for names that meet across scripts';
COMMENT ON TABLE snapshot.search_tokens IS 'Tokens with the number of documents that have them';
COMMENT ON COLUMN snapshot.search_tokens.rarity IS 'Inverse document frequency of BM25';
COMMENT ON COLUMN snapshot.search_tokens.token_number IS 'Number of the token in search_postings';
COMMENT ON TABLE snapshot.search_postings IS 'Which document has which token';
COMMENT ON COLUMN snapshot.search_postings.weight IS 'Times in a headline, the mean over a story''s articles';

USE snapshot;

-- BM25 (k1 1.2, b 0.75). A document that has more of the words comes before one that has fewer; the last word may be unfinished.
CREATE MACRO search(query, most := 20) AS TABLE
    WITH asked AS (
        SELECT lower(query) AS text
    ), words AS (
        SELECT unnest(regexp_extract_all(text, '(?:[^\P{L}\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|\p{M}|\p{N})+')) AS word FROM asked
        UNION ALL
        SELECT unnest(CASE WHEN length(run) < 3 THEN [run] ELSE list_transform(range(1, length(run)), lambda i: substr(run, i, 2)) END)
        FROM (SELECT unnest(regexp_extract_all(text, '[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]+')) AS run FROM asked)
    ), distinct_words AS (
        SELECT DISTINCT word, (SELECT count(DISTINCT word) FROM words) AS n_words FROM words
    ), wanted AS (
        SELECT word, token FROM distinct_words JOIN search_words USING (word)
        UNION SELECT word, left(strip_accents(word), 6) FROM distinct_words
        UNION SELECT word, 'n:' || strip_accents(word) FROM distinct_words
        UNION SELECT d.word, s.token FROM distinct_words d JOIN search_words s
            ON length(d.word) >= 3 AND s.word > d.word AND s.word < d.word || chr(1114111)
            WHERE d.word = regexp_extract((SELECT text FROM asked), '(\S+)$', 1)
        -- a form never seen ("лаврова") is looked up by what is left without its ending
        UNION SELECT d.word, s.token FROM distinct_words d JOIN search_words s
            ON length(d.word) >= 6 AND s.word >= left(d.word, length(d.word) - 2) AND s.word < left(d.word, length(d.word) - 2) || chr(1114111)
            WHERE NOT EXISTS (SELECT 1 FROM search_words k WHERE k.word = d.word)
    ), found AS (
        SELECT w.word, t.token_number, t.n_documents, t.rarity, min(t.n_documents) OVER () AS fewest FROM wanted w JOIN search_tokens t USING (token)
    ), telling AS (
        -- words that a twentieth of all documents have say nothing beside a rarer one
        SELECT word, token_number, rarity FROM found
        WHERE n_documents <= greatest(1000, (SELECT count(*) FROM search_documents) // 20) OR n_documents = fewest
    ), hits AS (
        SELECT p.document, w.word, max(w.rarity * p.weight * 2.2 / (p.weight + 1.2 * (0.25 + 0.75 * d.length))) AS relevance, any_value(d.width) AS width
        FROM telling w
        JOIN search_postings p ON p.token_number = w.token_number
        JOIN search_documents d ON d.document = p.document
        GROUP BY p.document, w.word
    ), ranked AS (
        SELECT document, count(*) AS n_words, sum(relevance) * any_value(width) AS relevance FROM hits GROUP BY document
        ORDER BY n_words DESC, relevance DESC, document LIMIT most
    )
    SELECT d.story_id, d.article_id, d.headline, d.first_seen, d.n_outlets, r.n_words AS n_words_found, round(r.relevance, 4) AS relevance
    FROM ranked r JOIN search_documents d USING (document)
    ORDER BY r.n_words DESC, r.relevance DESC, r.document;
