-- The private database: facts are appended; the current picture is a view over them.

CREATE SEQUENCE run_numbers START 1;

CREATE TABLE runs (
    run_id BIGINT PRIMARY KEY DEFAULT nextval('run_numbers'),
    pipeline_id VARCHAR,
    step VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    config_hash VARCHAR NOT NULL,
    code_version VARCHAR NOT NULL,
    encoder VARCHAR,
    counts JSON,
    message VARCHAR,
    input_hash VARCHAR
);
COMMENT ON TABLE runs IS 'One row per executed step: what ran, with which config, code and encoder, and what it counted';
COMMENT ON COLUMN runs.run_id IS 'Increasing number; later runs have larger ids';
COMMENT ON COLUMN runs.pipeline_id IS 'Same for the steps of one pipeline run; null when a step ran alone';
COMMENT ON COLUMN runs.step IS 'ingest, embed, cluster or publish';
COMMENT ON COLUMN runs.state IS 'running, completed, failed';
COMMENT ON COLUMN runs.config_hash IS 'Changes when any config value changes';
COMMENT ON COLUMN runs.encoder IS 'Fingerprint of the encoder, for embed and cluster';
COMMENT ON COLUMN runs.counts IS 'What the step counted, as a JSON object';
COMMENT ON COLUMN runs.input_hash IS 'For cluster: changes with articles, corrections, config, code or encoder; equal hashes need no second run';
COMMENT ON COLUMN runs.message IS 'The error of a failed run';

CREATE TABLE pages (
    page_id VARCHAR PRIMARY KEY,
    first_run_id BIGINT NOT NULL,
    last_run_id BIGINT NOT NULL,
    source VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    path VARCHAR,
    line BIGINT,
    url VARCHAR,
    fetched_at TIMESTAMPTZ,
    outcome VARCHAR NOT NULL,
    reason VARCHAR,
    detail VARCHAR,
    article_id VARCHAR
);
COMMENT ON TABLE pages IS 'Every page or record ever seen and what became of it: nothing is lost silently';
COMMENT ON COLUMN pages.page_id IS 'Hash of where the page came from and of its content';
COMMENT ON COLUMN pages.outcome IS 'article, known (an article already stored), updated (a changed page of a stored article), reject or quarantine';
COMMENT ON COLUMN pages.reason IS 'For rejects: the named reason';
COMMENT ON COLUMN pages.line IS '1-based line, row or record number in the file';

CREATE TABLE quarantine (
    page_id VARCHAR PRIMARY KEY,
    run_id BIGINT NOT NULL,
    quarantined_at TIMESTAMPTZ NOT NULL,
    step VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    error VARCHAR NOT NULL,
    kept_as VARCHAR
);
COMMENT ON TABLE quarantine IS 'Pages on which our own code failed: the bytes are kept, and the failure with them';
COMMENT ON COLUMN quarantine.kept_as IS 'File under the workspace that holds the page''s bytes';

CREATE TABLE articles (
    article_id VARCHAR PRIMARY KEY,
    url VARCHAR,
    canonical_url VARCHAR,
    outlet VARCHAR,
    title VARCHAR NOT NULL,
    lead VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    language VARCHAR,
    published_at TIMESTAMPTZ,
    published_precision VARCHAR NOT NULL,
    modified_at TIMESTAMPTZ,
    author VARCHAR,
    section VARCHAR,
    image VARCHAR,
    wire VARCHAR,
    wire_role VARCHAR NOT NULL,
    methods JSON,
    content_hash VARCHAR NOT NULL,
    page_id VARCHAR,
    fetched_at TIMESTAMPTZ,
    ingested_at TIMESTAMPTZ NOT NULL,
    ingested_run_id BIGINT NOT NULL
);
COMMENT ON TABLE articles IS 'One text published by one outlet at one URL';
COMMENT ON COLUMN articles.published_at IS 'UTC; null when unknown';
COMMENT ON COLUMN articles.published_precision IS 'second, minute, hour, day, month or unknown: a day is not midnight';
COMMENT ON COLUMN articles.wire IS 'The agency whose text this is, or which it cites';
COMMENT ON COLUMN articles.wire_role IS 'text: the text is the wire''s; cited: the wire is only quoted; none';
COMMENT ON COLUMN articles.methods IS 'How each attribute was found';
COMMENT ON COLUMN articles.content_hash IS 'Hash of title and text; vectors are stored under it';

CREATE TABLE outlets (
    outlet VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,
    country VARCHAR,
    language VARCHAR,
    timezone VARCHAR,
    kind VARCHAR NOT NULL,
    owner VARCHAR,
    lean VARCHAR
);
COMMENT ON TABLE outlets IS 'What the config knows about outlets and wires';

CREATE TABLE encoders (
    fingerprint VARCHAR PRIMARY KEY,
    dimension INTEGER NOT NULL,
    first_run_id BIGINT NOT NULL
);
COMMENT ON TABLE encoders IS 'Encoders that made vectors: name, revision, backend and text recipe are in the fingerprint';

CREATE TABLE vectors (
    content_hash VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    vector FLOAT[] NOT NULL,
    PRIMARY KEY (content_hash, fingerprint)
);
COMMENT ON TABLE vectors IS 'One unit vector per content and encoder fingerprint';

CREATE TABLE assignments (
    run_id BIGINT NOT NULL,
    article_id VARCHAR NOT NULL,
    story_id VARCHAR,
    cluster INTEGER NOT NULL,
    probability DOUBLE NOT NULL,
    joined_by VARCHAR,
    joined_probability DOUBLE,
    joined_parts JSON,
    original_id VARCHAR,
    is_reprint BOOLEAN NOT NULL,
    share_copied DOUBLE NOT NULL,
    reprint_wire VARCHAR,
    duplicate_group VARCHAR,
    PRIMARY KEY (run_id, article_id)
);
COMMENT ON TABLE assignments IS 'Which story an article was in as of a run; a row only when something changed';
COMMENT ON COLUMN assignments.cluster IS 'That run''s label; -1 is noise';
COMMENT ON COLUMN assignments.probability IS 'Strength of membership in the cluster, 0 to 1';
COMMENT ON COLUMN assignments.joined_by IS 'The article whose edge joined this one to the story';
COMMENT ON COLUMN assignments.joined_parts IS 'Log-odds each kind of evidence adds to that edge: meaning, words, names, numbers, places, hours';
COMMENT ON COLUMN assignments.original_id IS 'For reprints: the article whose text it copies';
COMMENT ON COLUMN assignments.share_copied IS 'Share of the text that is copied, 0 to 1';
COMMENT ON COLUMN assignments.duplicate_group IS 'Same for all near-duplicates of one text';

CREATE TABLE story_versions (
    run_id BIGINT NOT NULL,
    story_id VARCHAR NOT NULL,
    state VARCHAR NOT NULL,
    n_articles INTEGER NOT NULL,
    first_at TIMESTAMPTZ,
    last_at TIMESTAMPTZ,
    fingerprint VARCHAR,
    centroid FLOAT[],
    description JSON,
    trust JSON,
    PRIMARY KEY (run_id, story_id)
);
COMMENT ON TABLE story_versions IS 'A story as of a run; a row only when the story changed';
COMMENT ON COLUMN story_versions.state IS 'active, ended or gone (absorbed by another story)';
COMMENT ON COLUMN story_versions.description IS 'headline, keywords, names, places, numbers, lead, representative articles';
COMMENT ON COLUMN story_versions.trust IS 'cohesion, separation, chaining risk, date doubts, single-wire dependence';

CREATE TABLE transitions (
    run_id BIGINT NOT NULL,
    story_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    related VARCHAR[] NOT NULL,
    n_before INTEGER NOT NULL,
    n_after INTEGER NOT NULL,
    overlap DOUBLE,
    similarity DOUBLE
);
COMMENT ON TABLE transitions IS 'How stories changed in a run: emerged, survived, grew, absorbed, split, revived, ended';
COMMENT ON COLUMN transitions.related IS 'The other stories: absorbed ones, or the story split from';
COMMENT ON COLUMN transitions.overlap IS 'Share of members in common that decided';

CREATE TABLE thread_versions (
    run_id BIGINT NOT NULL,
    story_id VARCHAR NOT NULL,
    thread_id VARCHAR,
    title VARCHAR,
    PRIMARY KEY (run_id, story_id)
);
COMMENT ON TABLE thread_versions IS 'Which thread a story belongs to as of a run; a row only when it changed';

CREATE TABLE related_stories (
    run_id BIGINT NOT NULL,
    story_id VARCHAR NOT NULL,
    related_id VARCHAR NOT NULL,
    similarity DOUBLE NOT NULL,
    shared_names VARCHAR[] NOT NULL
);
COMMENT ON TABLE related_stories IS 'Stories near a story in meaning and names, as of a run';

CREATE TABLE snapshots (
    snapshot_id VARCHAR PRIMARY KEY,
    run_id BIGINT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE snapshots IS 'Published snapshots, newest last';

CREATE VIEW current_assignments AS
    SELECT * FROM assignments
    QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY run_id DESC) = 1;
COMMENT ON VIEW current_assignments IS 'The newest assignment of every clustered article';

CREATE VIEW current_stories AS
    SELECT * FROM story_versions
    QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY run_id DESC) = 1;
COMMENT ON VIEW current_stories IS 'The newest version of every story ever seen';

CREATE VIEW current_threads AS
    SELECT * FROM thread_versions
    QUALIFY row_number() OVER (PARTITION BY story_id ORDER BY run_id DESC) = 1;
COMMENT ON VIEW current_threads IS 'The newest thread of every story';
