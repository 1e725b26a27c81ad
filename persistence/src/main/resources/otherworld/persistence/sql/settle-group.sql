-- Why a fence matched nothing: read only after the group was executed again.
SELECT i.epoch, i.seq, j.epoch = ? AND j.edits = ? AS own
FROM instance i
LEFT JOIN journal j ON j.world = i.world AND j.ordinal = i.ordinal AND j.seq = ?
WHERE i.world = ? AND i.ordinal = ?
