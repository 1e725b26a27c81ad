-- The first answer stays.
INSERT INTO edit_result (world, ordinal, player, client_seq, result, committed_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (world, ordinal, player, client_seq) DO NOTHING
