DELETE FROM entity WHERE world = ? AND ordinal = ? AND id = ? AND seq < ?
