create table platform.secrets (
  name text primary key,
  envelope bytea not null,
  key_id text not null,
  updated_at timestamptz not null
);

create table platform.tokens (
  id uuid primary key,
  name text not null,
  role text not null check (role in ('administrator', 'it-staff', 'steward', 'subscriber', 'auditor')),
  department text,
  hash bytea not null unique check (length(hash) = 32),
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
