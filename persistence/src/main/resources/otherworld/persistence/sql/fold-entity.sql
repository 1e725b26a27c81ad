INSERT INTO entity (world, ordinal, id, seq, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (world, ordinal, id) DO UPDATE SET seq = excluded.seq, body = excluded.body
WHERE entity.seq < excluded.seq
