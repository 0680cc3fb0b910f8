create table sharing.grants (
    id                    uuid primary key,
    revision              int not null,
    version               int not null,
    dataset_id            int not null,
    dataset               text not null,
    schema                text not null,
    provider              text not null,
    consumer              text not null,
    system                text,
    purpose               text not null,
    terms                 jsonb not null,
    until                 timestamptz not null,
    state                 text not null check (state in ('active', 'suspended', 'expired', 'revoked', 'completed')),
    state_reason          text,
    state_changed_at      timestamptz not null,
    state_changed_by      text not null,
    request               text,
    provider_confirmation jsonb not null,
    consumer_confirmation jsonb not null,
    created_at            timestamptz not null
);
comment on column sharing.grants.revision is 'Counts every change of the row: of two copies of a grant the one with the higher revision holds.';
comment on column sharing.grants.version is 'Counts the changes of the terms: cursors carry it.';
comment on column sharing.grants.schema is 'Schema that the fields were approved for, such as company/1.0; the grant holds for its major version only.';
comment on column sharing.grants.until is 'Repeats terms.until, for the job that ends what is over.';
create index grants_of_readers on sharing.grants (dataset_id, consumer);
create index grants_of_consumers on sharing.grants (consumer, created_at);
create index grants_of_providers on sharing.grants (provider, created_at);
create index grants_ending on sharing.grants (until) where state in ('active', 'suspended');
