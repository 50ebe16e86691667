-- What a session may do depends on the role of its account: whoever changes that, by whatever statement, has every process
-- look the sessions up again.
create function "user".tell_of_changed_roles() returns trigger language plpgsql as $$
begin
  insert into "user".session_changes (session_id)
  select id from "user".sessions where user_id = new.id on conflict do nothing;
  return null;
end
$$;

create trigger role_changed after update of role on "user".accounts
  for each row when (old.role is distinct from new.role) execute function "user".tell_of_changed_roles();
