DELETE FROM journal_gap WHERE (world, ordinal, seq) IN (SELECT world, ordinal, seq FROM journal_gap WHERE world = ? LIMIT ?)
