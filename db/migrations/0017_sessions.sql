-- Sessions of clients that can refresh, and the news of sessions that every process needs.

-- The generation of the refresh token that is good; each refresh moves it on. Null for a session with one lasting token.
alter table "user".sessions
  add column refresh_generation integer,
  add column refreshed_at timestamptz(3);

-- What processes that remember sessions have to look up again. A reader asks for what the snapshot of his last answer could
-- not see: the transactions from its xmin on. Rows are kept for an hour; whoever was away longer forgets everything.
create table "user".session_changes (
  transaction_id xid8 not null default pg_current_xact_id(),
  session_id bigint not null,
  changed_at timestamptz(3) not null default now(),
  -- Serves the changes since a snapshot.
  constraint session_changes_pkey primary key (transaction_id, session_id)
);

-- Serves the removing of old changes.
create index session_changes_by_time on "user".session_changes (changed_at);

-- Whoever ends a session, by whatever statement, tells of it.
create function "user".tell_of_ended_sessions() returns trigger language plpgsql as $$
begin
  insert into "user".session_changes (session_id) select id from ended on conflict do nothing;
  return null;
end
$$;

create trigger sessions_ended after delete on "user".sessions
  referencing old table as ended
  for each statement execute function "user".tell_of_ended_sessions();
