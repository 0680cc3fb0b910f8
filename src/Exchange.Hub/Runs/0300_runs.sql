-- Runs: the truth about every attempt to refresh a dataset. Hangfire only wakes us.
create schema runs;

create table runs.runs (
    id               uuid primary key,
    dataset_id       int not null,
    dataset          text not null,
    state            text not null check (state in
                       ('queued', 'running', 'retrying', 'held', 'succeeded', 'failed', 'cancelled', 'discarded')),
    phase            text not null default 'waiting',
    trigger          text not null check (trigger in ('manual', 'schedule')),
    requested_by     text not null,
    requested_at     timestamptz not null,
    enqueued_at      timestamptz,
    started_at       timestamptz,
    ended_at         timestamptz,
    heartbeat_at     timestamptz,
    epoch            int not null default 0,
    attempt          int not null default 0,
    next_attempt_at  timestamptz,
    cancel_requested boolean not null default false,
    read             bigint not null default 0,
    added            bigint not null default 0,
    updated          bigint not null default 0,
    unchanged        bigint not null default 0,
    deleted          bigint not null default 0,
    filtered         bigint not null default 0,
    rejected         bigint not null default 0,
    row_estimate     bigint,
    publication      int,
    revisions        text,
    error            text,
    hold             text,
    notes            text
);
comment on column runs.runs.epoch is 'Raised by every claim; a job of an older epoch can no longer publish.';
comment on column runs.runs.revisions is 'Revisions of dataset, source, mapping and schema that the run worked with, as JSON.';
create unique index runs_one_active on runs.runs (dataset_id) where state in ('queued', 'running', 'retrying');
create unique index runs_one_held on runs.runs (dataset_id) where state = 'held';
create index runs_by_dataset on runs.runs (dataset, requested_at desc);
create index runs_by_time on runs.runs (requested_at desc);

create table runs.rejects (
    run_id      uuid not null references runs.runs,
    epoch       int not null,
    id          bigint not null,
    code        text not null,
    field       text,
    message     text not null,
    origin      text,
    row_number  bigint not null,
    byte_offset bigint not null,
    raw         text not null,
    primary key (run_id, epoch, id)
);
comment on table runs.rejects is 'The quarantine: rows that did not become records, with reason, place and raw row.';

create table runs.held_changes (
    run_id         uuid primary key references runs.runs,
    epoch          int not null,
    base           int not null,
    changes        text not null,
    checkpoint     text,
    columns        text
);
comment on table runs.held_changes is 'A publication that waits for a person: its rows stand in data.run_<id>_<epoch>_changed and _gone.';
