-- Key, statement and proposal may name persons: from here on the hub encrypts them. Its key is not the database's, so
-- what stood here in clear text goes; that it was raised, and how it was decided, stays in the audit log.
delete from sharing.corrections;
alter table sharing.corrections
    alter column key type bytea using null,
    alter column statement type bytea using null,
    alter column proposed type bytea using null;
comment on table sharing.corrections is 'Key, statement and proposal may name persons: they are encrypted.';
comment on column sharing.corrections.observed is 'HMAC of what was seen when it was raised: of the field, or of the whole record.';
