SELECT COALESCE(MAX(seq), 0), COALESCE(MAX(epoch), 0) FROM journal WHERE world = ? AND ordinal = ?
