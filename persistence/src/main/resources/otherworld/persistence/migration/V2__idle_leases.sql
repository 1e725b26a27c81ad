-- The holder says that nobody is inside and that it admits nobody before it has cleared this again: another
-- pod may take the instance at once, however long the lease still runs. Why: docs/decisions/0007-idle-leases.md.
ALTER TABLE instance ADD COLUMN idle boolean NOT NULL DEFAULT false;
