-- Takes the lease if it is released, has passed, is idle, or belongs to the same pod (a restarted container).
-- now() is when the transaction began: waiting for the row lock makes a lease look longer, never shorter.
-- Pods that still wait register again when they see that nobody is registered; one that died does not.
INSERT INTO instance (world, ordinal, epoch, holder, lease_until)
VALUES (?, ?, 1, ?, now() + ? * interval '1 millisecond')
ON CONFLICT (world, ordinal) DO UPDATE
SET epoch = instance.epoch + 1,
    holder = excluded.holder,
    candidate = '',
    idle = false,
    lease_until = excluded.lease_until
WHERE instance.holder = '' OR instance.holder = excluded.holder OR instance.lease_until <= now() OR instance.idle
RETURNING epoch
