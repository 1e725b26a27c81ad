INSERT INTO journal_gap (world, ordinal, seq, reason) VALUES (?, ?, ?, ?)
ON CONFLICT (world, ordinal, seq) DO NOTHING
