-- Electronic licences. A licence's own id is known to its holder alone: here stands its hash, and the record's key is
-- encrypted under that id, so that these tables say of nobody that they have one.
create table delivery.licences (
    id           uuid primary key,
    id_hash      bytea not null unique,
    dataset_id   int not null,
    dataset      text not null,
    grant_id     uuid,
    consumer     text not null,
    purpose      text,
    key_hash     bytea not null,
    sealed_key   bytea not null,
    shown_hash   bytea not null,
    fields       text[],
    masks        text not null,
    publication  int not null,
    issued_at    timestamptz not null,
    issued_by    text not null,
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    revoked_by   text,
    reason       text
);
create index on delivery.licences (dataset_id, issued_at desc);
comment on column delivery.licences.key_hash is 'HMAC of the record''s key.';
comment on column delivery.licences.shown_hash is 'HMAC of what the licence shows of the record.';
comment on column delivery.licences.fields is 'Fields that it shows, as JSON pointers; null for the whole record.';

create table delivery.licence_keys (
    kid         text primary key,
    x           text not null,
    y           text not null,
    made_at     timestamptz not null,
    retired_at  timestamptz
);
comment on table delivery.licence_keys is 'Public halves of the keys that licences are signed by; the private half of the newest is among the secrets.';
