SELECT player, client_seq, result FROM edit_result WHERE world = ? AND ordinal = ?
