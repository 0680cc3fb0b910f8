create table delivery.drops (
    subscription_id uuid primary key references delivery.subscriptions (id),
    visit           bigint not null default 0,
    sequence        bigint not null default 0,
    settled         bigint not null default 0
);
comment on table delivery.drops is 'The numbers of the files that a subscription was sent.';
comment on column delivery.drops.visit is 'Counts visits to the drop: who was overtaken by another visit takes no number any more.';
comment on column delivery.drops.sequence is 'The highest number that was ever taken. None is taken twice, whatever became of it.';
comment on column delivery.drops.settled is 'The highest number known to have been delivered to its end.';

create table delivery.drop_files (
    subscription_id uuid not null references delivery.drops (subscription_id),
    sequence        bigint not null,
    names           text[] not null,
    primary key (subscription_id, sequence)
);
comment on table delivery.drop_files is 'What the hub wrote into a drop: old files are removed by these names, and no others.';
