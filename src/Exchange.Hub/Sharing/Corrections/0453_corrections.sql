create table sharing.corrections (
    id          uuid primary key,
    dataset     text not null,
    provider    text not null,
    consumer    text not null,
    raised_by   text not null,
    raised_role text not null,
    key         text not null,
    field       text,
    statement   text not null,
    proposed    text,
    observed    bytea not null,
    raised_at   timestamptz not null,
    raised_in   int not null,
    checked_in  int not null,
    state       text not null check (state in ('raised', 'verifying', 'fixed', 'rejected')),
    confirmed   boolean not null default false,
    reason      text,
    fixed_in    int,
    changed_at  timestamptz not null
);
comment on column sharing.corrections.observed is 'SHA-256 of what was seen when it was raised: of the field, or of the whole record.';
comment on column sharing.corrections.checked_in is 'The last publication that was looked at for a fix.';
create index corrections_open on sharing.corrections (dataset) where state in ('raised', 'verifying');
create index corrections_of_departments on sharing.corrections (provider, consumer);
