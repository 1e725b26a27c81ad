-- The holder's epoch may always go up: nobody else can hold a lower one, and what wrote under the old one is this holder.
UPDATE instance SET epoch = ?
WHERE world = ? AND ordinal = ? AND epoch = ? AND holder = ?
RETURNING epoch
