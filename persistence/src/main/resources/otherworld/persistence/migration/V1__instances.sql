-- The SQL of Otherworld. Portable subset of CockroachDB and PostgreSQL: see docs/decisions/0003-portable-sql.md.
-- A World is named by its persistence.id, an instance by (world, ordinal).

-- One row per instance that ever ran. Only this row decides who hosts an instance.
CREATE TABLE instance (
    world           text        NOT NULL,
    ordinal         bigint      NOT NULL,
    -- Fencing token: grows each time another host becomes the single writer. 0: never held.
    epoch           bigint      NOT NULL DEFAULT 0,
    -- Pod UID of the writer; '' once released. A restarted container of the same pod takes over at once.
    holder          text        NOT NULL DEFAULT '',
    -- Pod UID that waits to take over, told to the holder by its renewals; '' if none.
    candidate       text        NOT NULL DEFAULT '',
    -- Last committed group. Group n commits only where seq = n - 1.
    seq             bigint      NOT NULL DEFAULT 0,
    -- Groups up to here are folded into entity rows; older journal rows are gone.
    checkpoint_seq  bigint      NOT NULL DEFAULT 0,
    -- On the database's clock.
    lease_until     timestamptz NOT NULL,
    PRIMARY KEY (world, ordinal)
);

-- An entity as of group seq. A loader applies a journal row only to entities of lower seq.
-- A removed entity stays as a tombstone (removed = true) until the checkpoint that passes it.
CREATE TABLE entity (
    world    text    NOT NULL,
    ordinal  bigint  NOT NULL,
    id       bigint  NOT NULL,
    seq      bigint  NOT NULL,
    removed  boolean NOT NULL DEFAULT false,
    body     bytea   NOT NULL,
    PRIMARY KEY (world, ordinal, id)
);

-- One row per committed group: its patches of absolute values, in order.
CREATE TABLE journal (
    world         text        NOT NULL,
    ordinal       bigint      NOT NULL,
    seq           bigint      NOT NULL,
    epoch         bigint      NOT NULL,
    patches       bytea       NOT NULL,
    committed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (world, ordinal, seq)
);

-- The answer to an edit, committed with it, so that a resend after a crash returns the first answer.
-- Trimmed to the newest 256 of a player.
CREATE TABLE edit_result (
    world       text   NOT NULL,
    ordinal     bigint NOT NULL,
    player      text   NOT NULL,
    client_seq  bigint NOT NULL,
    seq         bigint NOT NULL,
    result      bytea  NOT NULL,
    PRIMARY KEY (world, ordinal, player, client_seq)
);
