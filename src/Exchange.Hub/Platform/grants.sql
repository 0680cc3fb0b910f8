grant usage on schema platform to :application;
grant select, insert, update, delete on platform.secrets to :application;
grant select, insert, update on platform.tokens to :application;
grant select, insert, update on platform.systems, platform.system_secrets to :application;
grant select on platform.migrations to :application;

grant usage on schema hangfire to :jobs;
grant select, insert, update, delete on all tables in schema hangfire to :jobs;
grant usage on all sequences in schema hangfire to :jobs;
