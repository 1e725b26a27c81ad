-- Who holds an instance, without locking anything.
SELECT epoch, holder, candidate, idle, lease_until, now() FROM instance WHERE world = ? AND ordinal = ?
