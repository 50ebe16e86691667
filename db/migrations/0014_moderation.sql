-- What administrators may do, and what they did.
alter table "user".accounts
  -- Given by an operator alone: no query of a client changes it.
  add column role text not null default 'MEMBER',
  -- Since when nobody can sign in to it, and nothing of it is shown; and what its owner is told.
  add column banned_at timestamptz(3),
  add column ban_reason text,
  add constraint accounts_role_check check (role in ('MEMBER', 'ADMIN')),
  add constraint accounts_ban_check check ((banned_at is null) = (ban_reason is null)),
  add constraint accounts_ban_reason_length_check check (char_length(ban_reason) between 1 and 500),
  add constraint accounts_banned_admin_check check (banned_at is null or role <> 'ADMIN');

-- Serves the list of everybody who is banned.
create index accounts_banned on "user".accounts (id) where banned_at is not null;

-- What other owners may know: who is banned. And whoever is banned is nobody to follow or to write to.
create view "user".banned_users as select id from "user".accounts where banned_at is not null;
create or replace view "user".registered_users as select id from "user".accounts where banned_at is null;

create table "user".audit_log (
  id bigint constraint audit_log_pkey primary key,
  -- Null when it was an operator at the machine.
  actor_id bigint,
  action text not null,
  -- The account.
  subject_id bigint not null,
  reason text not null,
  created_at timestamptz(3) not null default now(),
  constraint audit_log_action_check check (action in ('BAN_USER', 'UNBAN_USER', 'GRANT_ADMIN', 'REVOKE_ADMIN'))
);

create table video.audit_log (
  id bigint constraint audit_log_pkey primary key,
  actor_id bigint not null,
  action text not null,
  -- The video.
  subject_id bigint not null,
  reason text not null,
  created_at timestamptz(3) not null default now(),
  constraint audit_log_action_check check (action in ('TAKE_DOWN_VIDEO'))
);

-- What was done stays done, whoever asks. One function for each owner, so that each can move to a cluster of its own.
create function "user".refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'nothing in % is ever changed', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_log_append_only before update or delete or truncate on "user".audit_log
  for each statement execute function "user".refuse_change();

create function video.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'nothing in % is ever changed', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_log_append_only before update or delete or truncate on video.audit_log
  for each statement execute function video.refuse_change();

-- What an author is told of a video that an administrator took down.
create table video.take_downs (
  video_id bigint constraint take_downs_pkey primary key,
  author_id bigint not null,
  title text not null,
  reason text not null,
  taken_down_at timestamptz(3) not null default now(),
  constraint take_downs_reason_length_check check (char_length(reason) between 1 and 500)
);

-- Serves the list of one author's videos that were taken down, most recent first.
create index take_downs_by_author on video.take_downs (author_id, taken_down_at desc, video_id desc);

-- The videos of somebody who is banned are as good as taken down until he is not. A list of videos must not have to ask
-- for each author, so the video subgraph hears of a ban and notes it here.
alter table video.videos add column is_hidden boolean not null default false;

-- Serves the search for videos to be shown again.
create index videos_hidden on video.videos (author_id) where is_hidden;

create or replace view video.published_videos as select id, author_id from video.videos where not is_hidden;
