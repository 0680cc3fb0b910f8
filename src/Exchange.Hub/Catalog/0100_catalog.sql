-- Catalog: the documents of departments, schemas, sources, mappings and datasets, and where each dataset stands.
create schema catalog;

create table catalog.documents (
    kind        text not null,
    name        text not null,
    revision    int not null,
    body        text not null,
    changed_at  timestamptz not null,
    changed_by  text not null,
    primary key (kind, name, revision)
);
comment on table catalog.documents is 'Every revision of every document; the highest revision is in force.';

create table catalog.datasets (
    id          int generated always as identity primary key,
    name        text not null unique,
    department  text not null,
    created_at  timestamptz not null
);

create table catalog.heads (
    dataset_id   int primary key references catalog.datasets,
    seq          bigint not null default 0,
    publication  int not null default 0,
    records      bigint not null default 0,
    epoch        int not null default 1,
    hash_seed    bigint not null,
    checkpoint   text,
    columns      text,
    published_at timestamptz,
    storage      boolean not null default false
);
comment on column catalog.heads.seq is 'Last seq given out; locked by the publishing transaction, so the feed has no gaps.';
comment on column catalog.heads.epoch is 'Feed epoch: raised when the hub is restored from a backup, which ends old cursors.';
comment on column catalog.heads.columns is 'Source columns that the last publication was read from, for the drift guard.';

create table catalog.filter_columns (
    dataset_id  int not null references catalog.datasets,
    pointer     text not null,
    column_name text not null,
    type        text not null check (type in ('text', 'numeric', 'bool', 'date', 'timestamptz')),
    primary key (dataset_id, pointer)
);

create table catalog.publications (
    dataset_id  int not null references catalog.datasets,
    number      int not null,
    run_id      uuid not null,
    at          timestamptz not null,
    records     bigint not null,
    added       bigint not null,
    updated     bigint not null,
    deleted     bigint not null,
    first_seq   bigint not null,
    last_seq    bigint not null,
    schema      text not null,
    mapping     text not null,
    primary key (dataset_id, number)
);

create schema data;
comment on schema data is 'One table of records and one of superseded versions per dataset.';
