UPDATE instance SET holder = '', lease_until = now()
WHERE world = ? AND ordinal = ? AND epoch = ? AND holder = ?
