DELETE FROM edit_result
WHERE world = ? AND ordinal = ? AND player = ? AND client_seq < (
    SELECT client_seq FROM edit_result
    WHERE world = ? AND ordinal = ? AND player = ?
    ORDER BY client_seq DESC
    LIMIT 1 OFFSET ?)
