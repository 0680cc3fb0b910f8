create table catalog.origin (
    single            boolean primary key default true check (single),
    system_identifier text not null,
    timeline          int not null,
    database_oid      bigint not null
);
comment on table catalog.origin is 'The very database that the hub last ran on: a copy of it, restored somewhere else or in its place, knows by this row that it is one.';
