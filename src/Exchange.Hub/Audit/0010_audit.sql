create schema audit;

-- One row per deed, for ever. leaf is the canonical JSON of the event (RFC 8785): the only thing that is hashed.
-- The other columns repeat parts of it for searching; verification compares them.
create table audit.events (
  seq bigint primary key,
  at timestamptz not null,
  actor text not null,
  type text not null,
  subject text not null,
  leaf text not null,
  hash bytea not null check (length(hash) = 32)
);
create index on audit.events (subject, seq);
create index on audit.events (type, seq);
create index on audit.events (actor, seq);

-- Where the chain ends. Its one row is the lock under which events are written one after the other.
create table audit.head (
  single boolean primary key default true check (single),
  seq bigint not null,
  hash bytea not null check (length(hash) = 32)
);
insert into audit.head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

-- The only way to write: hash = SHA-256(previous hash, leaf). The application may call it and may not touch the tables.
create function audit.append(new_leaf text) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  chain audit.head;
  event json := new_leaf::json;
begin
  select * into strict chain from audit.head for update;
  chain.seq := chain.seq + 1;
  chain.hash := sha256(chain.hash || convert_to(new_leaf, 'UTF8'));
  insert into audit.events (seq, at, actor, type, subject, leaf, hash)
  values (chain.seq, (event ->> 'at')::timestamptz, event -> 'actor' ->> 'id', event ->> 'type', event ->> 'subject', new_leaf, chain.hash);
  update audit.head set seq = chain.seq, hash = chain.hash;
  return chain.seq;
end
$$;
revoke all on function audit.append(text) from public;

-- A second guard, which holds for the owner too, against statements typed by mistake.
create function audit.refuse_change() returns trigger
language plpgsql
as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end
$$;
create trigger append_only before update or delete or truncate on audit.events
for each statement execute function audit.refuse_change();
