SELECT id, seq, body FROM entity WHERE world = ? AND ordinal = ?
