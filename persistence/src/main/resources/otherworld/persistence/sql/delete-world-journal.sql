DELETE FROM journal WHERE (world, ordinal, seq) IN (SELECT world, ordinal, seq FROM journal WHERE world = ? LIMIT ?)
