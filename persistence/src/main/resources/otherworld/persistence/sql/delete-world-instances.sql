DELETE FROM instance WHERE (world, ordinal) IN (SELECT world, ordinal FROM instance WHERE world = ? LIMIT ?)
