create table platform.systems (
  id uuid primary key,
  client_id text not null unique,
  name text not null,
  role text not null check (role in ('subscriber', 'it-staff')),
  department text not null,
  keys jsonb,
  created_at timestamptz not null,
  created_by text not null,
  tokens_version int not null default 1,
  ended_at timestamptz
);

-- More than one may be good at a time, so that a secret can be replaced without an outage.
create table platform.system_secrets (
  id uuid primary key,
  system_id uuid not null references platform.systems,
  hash bytea not null unique check (length(hash) = 32),
  created_at timestamptz not null,
  expires_at timestamptz,
  ended_at timestamptz
);
create index on platform.system_secrets (system_id);
