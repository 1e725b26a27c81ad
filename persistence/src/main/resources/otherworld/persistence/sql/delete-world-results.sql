DELETE FROM edit_result WHERE (world, ordinal, player, client_seq) IN (SELECT world, ordinal, player, client_seq FROM edit_result WHERE world = ? LIMIT ?)
