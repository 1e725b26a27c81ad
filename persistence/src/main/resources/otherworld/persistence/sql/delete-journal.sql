DELETE FROM journal WHERE world = ? AND ordinal = ? AND seq > ? AND seq <= ?
