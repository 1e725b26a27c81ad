DELETE FROM journal_fold WHERE (world, ordinal) IN (SELECT world, ordinal FROM journal_fold WHERE world = ? LIMIT ?)
