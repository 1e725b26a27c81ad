-- A lease that has passed but that nobody took is renewed at the same epoch.
UPDATE instance SET lease_until = now() + ? * interval '1 millisecond', idle = ?
WHERE world = ? AND ordinal = ? AND epoch = ? AND holder = ?
RETURNING candidate
