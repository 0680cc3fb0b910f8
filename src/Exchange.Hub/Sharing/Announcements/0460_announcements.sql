create table sharing.announcements (
    id               uuid primary key,
    dataset_id       int not null,
    dataset          text not null,
    from_schema      text not null,
    to_schema        text not null,
    publish_from     timestamptz not null,
    readable_until   timestamptz not null,
    note             text,
    consumers        text[] not null,
    announced_at     timestamptz not null,
    announced_by     text not null,
    state            text not null check (state in ('announced', 'made', 'withdrawn', 'over')),
    state_changed_at timestamptz not null,
    reason           text
);
comment on table sharing.announcements is 'Another major version of a dataset''s schema, announced to the departments that hold grants for the one it has.';
comment on column sharing.announcements.consumers is 'Who was told.';
create unique index announcements_open on sharing.announcements (dataset_id) where state = 'announced';
create index announcements_dataset on sharing.announcements (dataset_id, announced_at desc);
