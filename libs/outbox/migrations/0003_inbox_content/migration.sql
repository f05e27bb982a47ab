-- Part of a hash of what the fact said: another one under the same id is noticed. NULL in rows from before this column, which match any.
ALTER TABLE messaging.inbox ADD COLUMN content_hash bytea;

-- False from the beginning of an effect that cannot roll back to its end.
ALTER TABLE messaging.inbox ADD COLUMN handled boolean NOT NULL DEFAULT true;
