-- The lower bound keeps the scan off the remains of rows that were folded and deleted.
SELECT seq, edits, committed_at FROM journal
WHERE world = ? AND ordinal = ? AND seq > ? AND seq <= ?
ORDER BY seq
LIMIT ?
