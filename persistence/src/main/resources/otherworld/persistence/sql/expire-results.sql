DELETE FROM edit_result WHERE world = ? AND ordinal = ? AND committed_at < now() - ? * interval '1 millisecond'
