create table sharing.clocks (
    id            bigint generated always as identity primary key,
    kind          text not null,
    subject       text not null,
    department    text not null,
    started_at    timestamptz not null,
    days          int not null,
    remind_before int not null,
    extension     int not null default 0,
    due_on        date not null,
    due_at        timestamptz not null,
    remind_at     timestamptz not null,
    stopped_at    timestamptz,
    moves         jsonb not null default '[]',
    reminded_at   timestamptz,
    escalated_at  timestamptz
);
comment on column sharing.clocks.due_at is 'First instant too late. A clock is breached when it stops at or after it, or still runs.';
create unique index clocks_running on sharing.clocks (subject, kind) where stopped_at is null;
create index clocks_due on sharing.clocks (due_at) where stopped_at is null;
create index clocks_of_departments on sharing.clocks (department, id);

create table sharing.tasks (
    id          bigint generated always as identity primary key,
    kind        text not null,
    subject     text not null,
    role        text not null,
    department  text,
    title       text not null,
    due_at      timestamptz,
    opened_at   timestamptz not null,
    reminded_at timestamptz,
    closed_at   timestamptz
);
comment on column sharing.tasks.department is 'Null for the hub''s own people.';
create unique index tasks_open on sharing.tasks (subject, kind, role, department) nulls not distinct where closed_at is null;
create index tasks_of_people on sharing.tasks (role, department) where closed_at is null;
