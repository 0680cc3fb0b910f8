alter table platform.tokens drop constraint tokens_role_check;
alter table platform.tokens add constraint tokens_role_check
  check (role in ('administrator', 'it-staff', 'steward', 'subscriber', 'auditor', 'clerk', 'leader'));
