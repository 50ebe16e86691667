-- Who may see a video: every user, the author's friends, or the author alone. The default is stored in the catalogue, so no row
-- of before is written.
alter table video.videos
  add column visibility text not null default 'PUBLIC',
  add constraint videos_visibility_check check (visibility in ('PUBLIC', 'FRIENDS', 'PRIVATE'));

-- Serves the public lists in the order of time, above all the feed, which therefore reads no video that is not public.
create index videos_feed on video.videos (published_at desc) include (id, author_id) where visibility = 'PUBLIC' and not is_hidden;

-- Serves the newest videos of all, for the feed of followed users. Still unique, because a REST client's cursor is nothing but this
-- millisecond.
alter table video.videos
  drop constraint videos_published_at_key,
  add constraint videos_published_at_key unique (published_at) include (id, is_hidden, author_id, visibility);

-- Serves one user's videos of each visibility, newest first: with many private ones, a page of public ones costs the same.
drop index video.videos_by_author;
create index videos_by_author on video.videos (author_id, visibility, published_at desc) include (id) where not is_hidden;

-- How many of an author's videos are not public. Other users are told the rest.
alter table video.author_counts add column restricted_count integer not null default 0;

-- Objects that a video had before its visibility changed, until they are removed from the store.
create table video.moved_objects (
  key text constraint moved_objects_pkey primary key
);

-- What other owners may know: who may see a video, and which videos changed.
create or replace view video.published_videos as select id, author_id, visibility from video.videos where not is_hidden;
create view video.video_changes as select transaction_id, kind, ids from video.changes where kind = 'videos';
-- For administrators, who are shown the videos that were reported.
create view social.reported_videos as select subject_id as video_id from social.report_cases where subject_kind = 'VIDEO';

-- Only what comes, goes, is hidden or changes its visibility changes the pages of its author and of the feed.
create or replace function video.note_changed() returns trigger language plpgsql as $$
begin
  insert into video.changes (kind, ids)
  select kind, array_agg(value)
  from (
    select noted.kind, noted.value, (row_number() over (partition by noted.kind) - 1) / 200 as part
    from changed
    join former using (id)
    cross join lateral (
      select changed.is_hidden <> former.is_hidden or changed.visibility <> former.visibility as is_listed_otherwise
    ) as compared
    cross join lateral (values
      ('videos', id, true),
      ('authors', changed.author_id, is_listed_otherwise),
      ('feed', (extract(epoch from changed.published_at) * 1000)::bigint, is_listed_otherwise)
    ) as noted (kind, value, is_noted)
    where noted.is_noted
  ) as parts
  group by kind, part;
  return null;
end
$$;

-- Topics have and count public videos.
create or replace function video.hide_topics() returns trigger language plpgsql as $$
begin
  update video.video_topics set is_hidden = new.is_hidden or new.visibility <> 'PUBLIC' where video_id = new.id;
  return null;
end
$$;
drop trigger topics_hidden on video.videos;
create trigger topics_hidden after update of is_hidden, visibility on video.videos for each row
  when ((old.is_hidden or old.visibility <> 'PUBLIC') <> (new.is_hidden or new.visibility <> 'PUBLIC'))
  execute function video.hide_topics();
