-- Groups whose rows in the journal are missing or unreadable, and that somebody has decided to go on without:
-- otherworld.persistence.Repair. Without an entry the instance is not loaded, and nothing more is acknowledged.
CREATE TABLE journal_gap (
    world        text        NOT NULL,
    ordinal      bigint      NOT NULL,
    seq          bigint      NOT NULL,
    -- For people: what was found.
    reason       text        NOT NULL,
    accepted_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (world, ordinal, seq)
);
