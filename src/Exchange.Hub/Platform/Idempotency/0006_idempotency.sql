-- Answers of requests that carried an Idempotency-Key, so that the same request sent again is answered and not done again.
-- While answer and status are null the first request is under way, until its lease ends: then its hub has died.
create table platform.idempotency_keys (
  id bytea primary key check (length(id) = 32),
  fingerprint bytea not null check (length(fingerprint) = 32),
  holder uuid not null,
  leased_until timestamptz not null,
  expires_at timestamptz not null,
  status int,
  answer bytea,
  key_id text
);
create index on platform.idempotency_keys (expires_at);
