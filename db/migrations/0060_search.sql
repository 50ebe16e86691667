-- What searches find. Terms are made by the code (platform/text/search-terms.ts) in the statement that publishes a video, changes
-- its title or registers a user. Whatever other statement does so leaves the row to a scheduled job: it is in the `unread_`
-- table until its terms are made, and so is everything that is older than this migration, or than the version of the terms.
create table video.search_terms (
  video_id bigint constraint search_terms_pkey primary key
    constraint search_terms_video_id_fkey references video.videos on delete cascade,
  published_at timestamptz(3) not null,
  -- Of the title that the terms were made of.
  title_hash integer not null,
  terms tsvector not null
);

-- Serves common terms, which the newest videos have.
create index search_terms_by_time on video.search_terms (published_at desc);
-- Serves rare terms, and those that only old videos have. Without a list of pending entries, which every search would read.
create index search_terms_by_term on video.search_terms using gin (terms) with (fastupdate = off);

create table video.unread_titles (
  video_id bigint constraint unread_titles_pkey primary key
    constraint unread_titles_video_id_fkey references video.videos on delete cascade
);
insert into video.unread_titles (video_id) select id from video.videos;

create table video.title_reading (
  is_only boolean not null default true constraint title_reading_pkey primary key,
  version integer not null,
  constraint title_reading_is_only_check check (is_only)
);

create function video.leave_titles_unread() returns trigger language plpgsql as $$
begin
  insert into video.unread_titles (video_id)
  select id from changed
  where not exists (
    select from video.search_terms where video_id = changed.id and title_hash = hashtext(changed.title)
  )
  on conflict do nothing;
  return null;
end
$$;
create trigger titles_added after insert on video.videos
  referencing new table as changed for each statement execute function video.leave_titles_unread();

create function video.leave_title_unread() returns trigger language plpgsql as $$
begin
  insert into video.unread_titles (video_id)
  select new.id
  where not exists (select from video.search_terms where video_id = new.id and title_hash = hashtext(new.title))
  on conflict do nothing;
  return null;
end
$$;
create trigger title_changed after update of title on video.videos for each row
  when (old.title is distinct from new.title) execute function video.leave_title_unread();

create table "user".search_terms (
  user_id bigint constraint search_terms_pkey primary key
    constraint search_terms_user_id_fkey references "user".accounts on delete cascade,
  name_hash integer not null,
  terms tsvector not null
);

-- Serves the search for users.
create index search_terms_by_term on "user".search_terms using gin (terms) with (fastupdate = off);

create table "user".unread_names (
  user_id bigint constraint unread_names_pkey primary key
    constraint unread_names_user_id_fkey references "user".accounts on delete cascade
);
insert into "user".unread_names (user_id) select id from "user".accounts;

create table "user".name_reading (
  is_only boolean not null default true constraint name_reading_pkey primary key,
  version integer not null,
  constraint name_reading_is_only_check check (is_only)
);

create function "user".leave_names_unread() returns trigger language plpgsql as $$
begin
  insert into "user".unread_names (user_id)
  select id from changed
  where not exists (
    select from "user".search_terms where user_id = changed.id and name_hash = hashtext(changed.name)
  )
  on conflict do nothing;
  return null;
end
$$;
create trigger names_added after insert on "user".accounts
  referencing new table as changed for each statement execute function "user".leave_names_unread();

create function "user".leave_name_unread() returns trigger language plpgsql as $$
begin
  insert into "user".unread_names (user_id)
  select new.id
  where not exists (select from "user".search_terms where user_id = new.id and name_hash = hashtext(new.name))
  on conflict do nothing;
  return null;
end
$$;
create trigger name_changed after update of name on "user".accounts for each row
  when (old.name is distinct from new.name) execute function "user".leave_name_unread();

-- What other owners may know, to rank what they find: how often videos are liked, and users followed.
create view social.favorite_counts as select video_id, favorite_count from social.video_counts;
create view social.follower_counts as select user_id, follower_count from social.user_counts;
