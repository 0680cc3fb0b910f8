grant usage on schema platform to :application;
grant select, insert, update, delete on platform.secrets to :application;
grant select, insert, update on platform.tokens to :application;
grant select, insert, update on platform.systems, platform.system_secrets to :application;
grant select, insert, update on platform.people, platform.invitations, platform.sessions to :application;
grant select, insert, update, delete on platform.person_roles, platform.person_logins, platform.person_passkeys to :application;
grant select, insert, update, delete on platform.recovery_codes, platform.devices, platform.sign_in_failures to :application;
grant select, insert, delete on platform.used_challenges to :application;
grant select, insert, update, delete on platform.idempotency_keys to :application;
grant select on platform.migrations to :application;

grant usage on schema hangfire to :jobs;
grant select, insert, update, delete on all tables in schema hangfire to :jobs;
grant usage on all sequences in schema hangfire to :jobs;
