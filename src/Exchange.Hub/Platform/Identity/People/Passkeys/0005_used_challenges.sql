-- Challenges of passkeys that were answered: none is good twice. A challenge nobody answers leaves nothing here.
create table platform.used_challenges (
  hash bytea primary key check (length(hash) = 32),
  expires_at timestamptz not null
);
create index on platform.used_challenges (expires_at);
