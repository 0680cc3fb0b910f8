create table sharing.uses (
    id         bigint generated always as identity primary key,
    at         timestamptz not null,
    dataset_id int not null,
    dataset    text not null,
    grant_id   uuid,
    caller     text not null,
    caller_name text not null,
    department text,
    purpose    text,
    case_number text,
    mode       text not null,
    form       text not null,
    records    bigint not null,
    bytes      bigint not null,
    outcome    text not null check (outcome in ('served', 'refused', 'broken-off')),
    reason     text,
    key_hash   bytea
);
comment on table sharing.uses is 'Who read what under which grant, one row for each request, refused ones too.';
comment on column sharing.uses.key_hash is 'HMAC of the key of the one record that was looked up.';
create index uses_of_datasets on sharing.uses (dataset_id, id);
create index uses_of_departments on sharing.uses (department, id);
create index uses_of_records on sharing.uses (key_hash, id) where key_hash is not null;
create index uses_of_grants on sharing.uses (grant_id, at) where grant_id is not null;
