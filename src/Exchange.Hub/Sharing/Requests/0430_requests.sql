-- Requests: a department's application to use a dataset of another, and every step that was taken with it.
create table sharing.requests (
    id          uuid primary key,
    state       text not null,
    revision    int not null,
    dataset_id  int not null,
    dataset     text not null,
    provider    text not null,
    consumer    text not null,
    application text not null,
    asked       text,
    approved    text,
    schema      text,
    grant_id    uuid,
    created_at  timestamptz not null,
    changed_at  timestamptz not null
);
comment on column sharing.requests.revision is 'Counts the steps; a change names the revision that it was made from.';
create index on sharing.requests (consumer, changed_at);
create index on sharing.requests (provider, changed_at);

create table sharing.request_steps (
    request_id  uuid not null references sharing.requests,
    revision    int not null,
    at          timestamptz not null,
    by_id       text not null,
    by_name     text not null,
    by_role     text not null,
    by_department text,
    deed        text not null,
    from_state  text not null,
    to_state    text not null,
    reason      text,
    detail      text,
    primary key (request_id, revision)
);
comment on table sharing.request_steps is 'Written once; a request stands where its last step led.';
