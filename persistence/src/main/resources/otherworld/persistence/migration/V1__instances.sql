-- The SQL of Otherworld. Portable subset of CockroachDB and PostgreSQL: see docs/decisions/0003-portable-sql.md.
-- A World is named by its persistence.id, an instance by (world, ordinal). Why the tables are cut this way:
-- docs/decisions/0004-fenced-group-commit.md.

-- One row per instance that ever ran. Only this row decides who hosts an instance.
-- Written by every group and every renewal, so nothing else is kept in it.
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
    -- On the database's clock.
    lease_until     timestamptz NOT NULL,
    PRIMARY KEY (world, ordinal)
);

-- One row per committed group: its edits (patches of absolute values and their answers), in order.
CREATE TABLE journal (
    world         text        NOT NULL,
    ordinal       bigint      NOT NULL,
    seq           bigint      NOT NULL,
    epoch         bigint      NOT NULL,
    -- GroupCodec's encoding.
    edits         bytea       NOT NULL,
    committed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (world, ordinal, seq)
);

-- How far the journal is folded: groups up to seq are in the rows of entity and edit_result, and only
-- those above are in the journal. A row of its own, so that folding never waits for a commit.
CREATE TABLE journal_fold (
    world    text    NOT NULL,
    ordinal  bigint  NOT NULL,
    seq      bigint  NOT NULL,
    PRIMARY KEY (world, ordinal)
);

-- An entity as of group seq. A journal row applies only to entities of lower seq.
-- A removed entity has no row: the fold that passes its removal deletes it together with the journal
-- rows that could bring it back.
CREATE TABLE entity (
    world    text    NOT NULL,
    ordinal  bigint  NOT NULL,
    id       bigint  NOT NULL,
    seq      bigint  NOT NULL,
    body     bytea   NOT NULL,
    PRIMARY KEY (world, ordinal, id)
);

-- The first answer to an edit, so that a resend after a crash does not edit twice. It is committed with the
-- edit in the journal and folded into this table. Kept: the newest 256 of a player, for a day (the
-- life of a session token).
CREATE TABLE edit_result (
    world         text        NOT NULL,
    ordinal       bigint      NOT NULL,
    player        text        NOT NULL,
    client_seq    bigint      NOT NULL,
    result        bytea       NOT NULL,
    committed_at  timestamptz NOT NULL,
    PRIMARY KEY (world, ordinal, player, client_seq)
);
