-- What is remembered of every polled source, so that polling is polite and nothing is fetched twice.

CREATE TABLE poll_states (
    source VARCHAR PRIMARY KEY,
    state JSON NOT NULL,
    run_id BIGINT NOT NULL
);
COMMENT ON TABLE poll_states IS 'Per source: where to ask, validators, next poll, what was seen; see clustering.pages.polling.PollState';
COMMENT ON COLUMN poll_states.run_id IS 'The ingest run that last polled the source';
