DELETE FROM entity WHERE (world, ordinal, id) IN (SELECT world, ordinal, id FROM entity WHERE world = ? LIMIT ?)
