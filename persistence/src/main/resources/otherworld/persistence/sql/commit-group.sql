-- One group, one statement, one round trip: a writer that is paused holds no lock, because the transaction
-- never waits for its client. 1 if the fence held, 0 if nothing was written.
WITH fence AS (
    UPDATE instance SET seq = ?
    WHERE world = ? AND ordinal = ? AND epoch = ? AND seq = ?
    RETURNING world, ordinal, seq, epoch
), entry AS (
    INSERT INTO journal (world, ordinal, seq, epoch, edits)
    SELECT world, ordinal, seq, epoch, CAST(? AS bytea) FROM fence
    RETURNING seq
)
SELECT count(*) FROM entry
