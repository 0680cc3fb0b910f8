-- People are never deleted: the audit log names them.
create table platform.people (
  id uuid primary key,
  email text not null,
  email_normalized text not null unique,
  name text not null,
  password_hash text,
  security_stamp text not null,
  totp_enabled boolean not null default false,
  totp_last_step bigint,
  created_at timestamptz not null,
  created_by text not null,
  joined_at timestamptz,
  deactivated_at timestamptz,
  version int not null default 1
);

create table platform.person_roles (
  person_id uuid not null references platform.people,
  position int not null,
  role text not null check (role in ('administrator', 'it-staff', 'steward', 'auditor', 'clerk', 'leader')),
  department text,
  primary key (person_id, position)
);
create unique index on platform.person_roles (person_id, role, coalesce(department, ''));

create table platform.person_logins (
  issuer text not null,
  subject text not null,
  person_id uuid not null references platform.people,
  created_at timestamptz not null,
  primary key (issuer, subject)
);
create index on platform.person_logins (person_id);

create table platform.person_passkeys (
  credential_id bytea primary key,
  person_id uuid not null references platform.people,
  name text,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[],
  user_verified boolean not null,
  backup_eligible boolean not null,
  backed_up boolean not null,
  attestation_object bytea not null,
  client_data_json bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index on platform.person_passkeys (person_id);

create table platform.recovery_codes (
  person_id uuid not null references platform.people,
  hash bytea not null check (length(hash) = 32),
  primary key (person_id, hash)
);

-- One-time links. The one of the first start has no person yet.
create table platform.invitations (
  id uuid primary key,
  hash bytea not null unique check (length(hash) = 32),
  person_id uuid references platform.people,
  kind text not null check (kind in ('first', 'invite', 'reset')),
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((person_id is null) = (kind = 'first'))
);
create index on platform.invitations (person_id);

create table platform.sessions (
  id uuid primary key,
  hash bytea not null unique check (length(hash) = 32),
  person_id uuid not null references platform.people,
  role text not null,
  department text,
  method text not null check (method in ('password', 'passkey', 'external', 'link')),
  agent text,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index on platform.sessions (person_id);

-- Browsers that somebody has signed in with: what strangers get wrong does not slow them.
create table platform.devices (
  hash bytea not null check (length(hash) = 32),
  person_id uuid not null references platform.people,
  last_used_at timestamptz not null,
  primary key (hash, person_id)
);

-- Keys are hashes: what people type in the wrong place (a password for an address) stays out of the database.
create table platform.sign_in_failures (
  key bytea primary key check (length(key) = 32),
  failures int not null,
  last_failed_at timestamptz not null,
  blocked_until timestamptz,
  unreported int not null default 0,
  reported_at timestamptz
);
create index on platform.sign_in_failures (last_failed_at);

alter table platform.tokens add column person_id uuid references platform.people;
create index on platform.tokens (person_id) where person_id is not null;
