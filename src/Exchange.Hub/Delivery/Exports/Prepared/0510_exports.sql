-- Exports that are prepared as files: the truth about each. Hangfire only wakes us.
create table delivery.exports (
    id            uuid primary key,
    dataset_id    int not null,
    dataset       text not null,
    epoch         int not null,
    department    text not null,
    caller        text not null,
    caller_name   text not null,
    caller_role   text not null,
    purpose       text,
    case_number   text,
    grant_id      uuid,
    grant_version int not null,
    format        text not null check (format in ('ndjson', 'json', 'csv', 'parquet')),
    filters       text not null,
    publication   int not null,
    gzip          boolean not null,
    state         text not null check (state in ('waiting', 'writing', 'ready', 'failed', 'expired')),
    requested_at  timestamptz not null,
    woken_at      timestamptz not null,
    started_at    timestamptz,
    ended_at      timestamptz,
    expires_at    timestamptz,
    attempt       int not null default 0,
    total         bigint,
    records       bigint not null default 0,
    bytes         bigint,
    sha256        bytea,
    problem_code  text,
    problem       text
);
comment on column delivery.exports.attempt is 'Raised by every claim; a worker of an earlier one can no longer say anything of the export.';
comment on column delivery.exports.filters is 'Conditions as they were asked for, as JSON; personal data perhaps, which goes with the row.';
create index exports_of_departments on delivery.exports (department, requested_at desc);
create index exports_at_work on delivery.exports (woken_at) where state in ('waiting', 'writing');
