-- Who holds an instance, without locking anything.
SELECT epoch, holder, candidate, lease_until, now() FROM instance WHERE world = ? AND ordinal = ?
