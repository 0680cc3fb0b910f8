alter table delivery.attempts add column answer bytea;
comment on column delivery.attempts.answer is 'The beginning of what the target said, encrypted: it may be about persons.';

create table delivery.webhook_keys (
    id              uuid primary key,
    subscription_id uuid not null,
    kind            text not null check (kind in ('hmac', 'ed25519')),
    public_key      text,
    made_at         timestamptz not null,
    ends_at         timestamptz
);
comment on table delivery.webhook_keys is 'What calls are signed with; the keys themselves are among the secrets.';
comment on column delivery.webhook_keys.ends_at is 'From when on it signs no more; null: a newer key has not replaced it.';
create index webhook_keys_of_subscriptions on delivery.webhook_keys (subscription_id, made_at);

create table delivery.dead_letters (
    id              uuid primary key,
    subscription_id uuid not null,
    message         text not null,
    after_cursor    text,
    up_to_cursor    text not null,
    reading         bigint not null,
    publication     int not null,
    changes         int not null,
    bytes           bigint not null,
    tries           int not null,
    status          int not null,
    answer          bytea,
    at              timestamptz not null,
    state           text not null check (state in ('open', 'replaying', 'replayed', 'dismissed')),
    state_reason    text,
    state_changed_at timestamptz not null,
    state_changed_by text not null
);
comment on table delivery.dead_letters is 'Calls that a consumer refused for what they held: a part of the feed, and not what stood in it.';
comment on column delivery.dead_letters.message is 'The webhook-id of the call.';
comment on column delivery.dead_letters.after_cursor is 'Where the part begins; null: at the beginning of the feed.';
create index dead_letters_of_subscriptions on delivery.dead_letters (subscription_id, id);
create index dead_letters_due on delivery.dead_letters (subscription_id) where state = 'replaying';
