create table delivery.subscriptions (
    id               uuid primary key,
    revision         int not null,
    dataset_id       int not null,
    dataset          text not null,
    department       text not null,
    system           text,
    purpose          text,
    title            text not null,
    kind             text not null,
    target           jsonb not null,
    state            text not null check (state in ('active', 'paused', 'disabled', 'ended')),
    state_reason     text,
    state_changed_at timestamptz not null,
    state_changed_by text not null,
    cursor           text,
    reading          bigint not null default 1,
    whole            boolean not null default false,
    publication      int not null default 0,
    deliveries       bigint not null default 0,
    records          bigint not null default 0,
    delivered_at     timestamptz,
    failures         int not null default 0,
    failing_since    timestamptz,
    problem_code     text,
    problem          text,
    due_at           timestamptz,
    woken            bigint not null default 0,
    lease            uuid,
    lease_until      timestamptz,
    created_at       timestamptz not null,
    created_by       text not null
);
comment on column delivery.subscriptions.system is 'The caller as which it reads, where a grant is for one system; null: the department as such.';
comment on column delivery.subscriptions.target is 'Where it sends to, without secrets.';
comment on column delivery.subscriptions.cursor is 'Up to where the target has the changes; null: a reading begins.';
comment on column delivery.subscriptions.reading is 'Number of the reading of the whole feed: what an older one brought and this one did not is not in the dataset.';
comment on column delivery.subscriptions.due_at is 'When it is looked at next; null: when something is published.';
comment on column delivery.subscriptions.woken is 'Counts the times that it was made due: who has just looked knows by it whether to look again.';
comment on column delivery.subscriptions.lease is 'The worker at it, until lease_until; a worker that died is replaced then.';
create index subscriptions_due on delivery.subscriptions (due_at) where state = 'active' and due_at is not null;
create index subscriptions_of_datasets on delivery.subscriptions (dataset_id) where state <> 'ended';
create index subscriptions_of_departments on delivery.subscriptions (department, created_at);

create table delivery.attempts (
    id              bigint generated always as identity primary key,
    subscription_id uuid not null,
    delivery        text not null,
    cause           text not null check (cause in ('changes', 'replay', 'test')),
    at              timestamptz not null,
    duration_ms     int not null,
    outcome         text not null check (outcome in ('delivered', 'failed')),
    publication     int,
    records         bigint not null,
    bytes           bigint not null,
    request         jsonb,
    response        jsonb,
    problem         text
);
comment on table delivery.attempts is 'One row for each try to deliver something. Kept for some weeks.';
comment on column delivery.attempts.delivery is 'What was owed: the same for all tries of one thing.';
create index attempts_of_subscriptions on delivery.attempts (subscription_id, id);
create index attempts_by_age on delivery.attempts (at);
