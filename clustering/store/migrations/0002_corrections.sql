-- Corrections made by people, what later runs found against them, and takedowns.

CREATE TABLE corrections (
    correction_id VARCHAR PRIMARY KEY,
    kind VARCHAR NOT NULL,
    author VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    reason VARCHAR NOT NULL,
    article_ids VARCHAR[] NOT NULL,
    story_ids VARCHAR[] NOT NULL,
    anchors JSON NOT NULL,
    undoes VARCHAR
);
COMMENT ON TABLE corrections IS 'What people corrected; every later run obeys those that are not undone';
COMMENT ON COLUMN corrections.kind IS 'merge, split, move, pin, forbid or undo';
COMMENT ON COLUMN corrections.anchors IS 'Story id -> the articles it had when the correction was made: what the person saw';
COMMENT ON COLUMN corrections.undoes IS 'For undo: the correction that no longer holds';

CREATE TABLE contests (
    run_id BIGINT NOT NULL,
    correction_id VARCHAR NOT NULL,
    article_id VARCHAR NOT NULL,
    other_id VARCHAR NOT NULL,
    demand VARCHAR NOT NULL,
    probability DOUBLE,
    reason VARCHAR NOT NULL
);
COMMENT ON TABLE contests IS 'Corrections that the evidence or the result of a run speaks against; they hold all the same';
COMMENT ON COLUMN contests.demand IS 'together or apart';

CREATE TABLE tombstones (
    kind VARCHAR NOT NULL,
    key VARCHAR NOT NULL,
    made_at TIMESTAMPTZ NOT NULL,
    author VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    PRIMARY KEY (kind, key)
);
COMMENT ON TABLE tombstones IS 'What was forgotten on request and must not come back; of an article only ids and hashes';
COMMENT ON COLUMN tombstones.kind IS 'article, outlet or url-prefix';
