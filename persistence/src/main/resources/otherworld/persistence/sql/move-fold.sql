INSERT INTO journal_fold (world, ordinal, seq) VALUES (?, ?, ?)
ON CONFLICT (world, ordinal) DO UPDATE SET seq = excluded.seq
WHERE journal_fold.seq = ?
