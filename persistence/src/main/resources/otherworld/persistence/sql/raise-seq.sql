-- The instance's row is older than what was committed under it: its journal, its entities.
UPDATE instance SET seq = ?
WHERE world = ? AND ordinal = ? AND epoch = ? AND seq = ?
