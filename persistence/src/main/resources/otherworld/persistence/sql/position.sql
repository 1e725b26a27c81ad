SELECT i.epoch, i.seq, COALESCE(f.seq, 0)
FROM instance i
LEFT JOIN journal_fold f ON f.world = i.world AND f.ordinal = i.ordinal
WHERE i.world = ? AND i.ordinal = ?
