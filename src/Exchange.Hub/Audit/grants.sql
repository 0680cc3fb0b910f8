grant usage on schema audit to :application;
grant select on audit.events, audit.head to :application;
grant execute on function audit.append(text) to :application;
