create function platform.tell_callers_changed() returns trigger language plpgsql as $$
begin
    perform pg_notify('exchange_callers', '');
    return null;
end $$;
comment on function platform.tell_callers_changed is 'Who may use a token has changed: every hub forgets whom it remembers.';

create trigger tokens_change after update of revoked_at, expires_at, role, department, person_id or delete on platform.tokens
    for each statement execute function platform.tell_callers_changed();
create trigger systems_change after update of role, department, ended_at, tokens_version or delete on platform.systems
    for each statement execute function platform.tell_callers_changed();
create trigger person_roles_change after insert or update or delete on platform.person_roles
    for each statement execute function platform.tell_callers_changed();
create trigger people_change after update on platform.people
    for each row when (old.deactivated_at is distinct from new.deactivated_at) execute function platform.tell_callers_changed();
