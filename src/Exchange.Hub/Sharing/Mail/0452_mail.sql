create table sharing.mail (
    number     bigint generated always as identity primary key,
    id         uuid not null unique,
    recipient  text not null,
    subject    text not null,
    body       text not null,
    written_at timestamptz not null,
    attempts   int not null default 0,
    next_at    timestamptz not null,
    sent_at    timestamptz,
    refused_at timestamptz,
    problem    text
);
comment on column sharing.mail.next_at is 'When it may be tried; a worker that takes a letter up moves it on, so that another takes it up should the worker die.';
create index mail_waiting on sharing.mail (next_at, number) where sent_at is null and refused_at is null;
