SELECT seq FROM journal_gap WHERE world = ? AND ordinal = ? AND seq > ? AND seq <= ? ORDER BY seq
