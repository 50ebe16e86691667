-- Replies to comments, likes of comments, and what an author decides on the comments of a video.
alter table social.comments
  -- The comment that this one replies to; null at the top level. A reply has no replies of its own.
  add column parent_id bigint,
  -- The author of the comment or reply that was answered, who is notified.
  add column answered_user_id bigint,
  add constraint comments_reply_check check ((parent_id is null) = (answered_user_id is null));

-- Serves the comments of one video without their replies, newest first.
drop index social.comments_by_video;
create index comments_by_video on social.comments (video_id, id desc) include (author_id) where parent_id is null;

-- Serves the replies to one comment, newest first, and their removal with it.
create index comments_by_parent on social.comments (parent_id, id desc) include (author_id) where parent_id is not null;

create table social.comment_likes (
  comment_id bigint not null,
  user_id bigint not null,
  -- Serves the comments among some that one user likes, and the removal of the likes of one comment.
  constraint comment_likes_pkey primary key (comment_id, user_id)
);

-- As rows of their own, so that a like leaves the comment and the cached pages with it as they are.
create table social.comment_counts (
  comment_id bigint constraint comment_counts_pkey primary key,
  like_count integer not null default 0,
  reply_count integer not null default 0
) with (fillfactor = 70);

-- What the author of a video decided; a video without a row has the defaults.
create table social.video_settings (
  video_id bigint constraint video_settings_pkey primary key,
  comment_policy text not null default 'EVERYBODY',
  pinned_comment_id bigint,
  constraint video_settings_comment_policy_check check (comment_policy in ('EVERYBODY', 'FRIENDS', 'NOBODY'))
);

-- One more kind of notification, beside those that there are.
do $body$
declare
  known text;
begin
  select pg_get_expr(conbin, conrelid) into strict known from pg_constraint
  where conname = 'notifications_kind_check' and conrelid = 'social.notifications'::regclass;
  alter table social.notifications drop constraint notifications_kind_check;
  execute format(
    'alter table social.notifications add constraint notifications_kind_check check (%s or kind = ''REPLY'')', known
  );
end
$body$;

-- A deleted comment takes with it the notification of it, its replies, likes and counts, and its pin. Replies are deleted by
-- the same statement for each of them, and have none. Whoever replies to a comment or likes it locks it first, so what is
-- missing here was refused there. Every look-up is by key, as in `forget_removed_on_videos`.
create function social.forget_removed_comments() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if exists (select from removed) then
    delete from social.notifications where ctid = any (array(
      select notification.ctid
      from removed
      cross join lateral (
        select coalesce(
          removed.answered_user_id, (select author_id from video.authorships where id = removed.video_id limit 1)
        ) as id
      ) as recipient
      cross join lateral (
        select ctid from social.notifications
        where notifications.recipient_id = recipient.id and notifications.id = removed.id limit 1
      ) as notification
    ));
    delete from social.comment_likes where ctid = any (array(
      select liked.ctid
      from removed
      cross join lateral (select ctid from social.comment_likes where comment_id = removed.id) as liked
    ));
    delete from social.comment_counts where ctid = any (array(
      select counts.ctid
      from removed
      cross join lateral (select ctid from social.comment_counts where comment_id = removed.id limit 1) as counts
    ));
    update social.video_settings set pinned_comment_id = null where ctid = any (array(
      select settings.ctid
      from removed
      cross join lateral (
        select ctid from social.video_settings
        where video_id = removed.video_id and pinned_comment_id = removed.id limit 1
      ) as settings
    ));
    delete from social.comments where ctid = any (array(
      select reply.ctid
      from removed
      cross join lateral (select ctid from social.comments where parent_id = removed.id) as reply
      where removed.parent_id is null
    ));
  end if;
  return null;
end
$$;
drop trigger comments_removed on social.comments;
create trigger comments_removed after delete on social.comments
  referencing old table as removed for each statement execute function social.forget_removed_comments();

-- A comment is kept by its id, and stands on the pages of its video; a reply on those of its comment.
create or replace function social.note_comments() returns trigger language plpgsql as $$
begin
  insert into social.changes (kind, ids)
  select kind, array_agg(id)
  from (
    select 'comments' as kind, id, (row_number() over () - 1) / 200 as part from changed
    union all
    select 'commented', video_id, (row_number() over () - 1) / 200
    from (select distinct video_id from changed where parent_id is null) as videos
    union all
    select 'replied', parent_id, (row_number() over () - 1) / 200
    from (select distinct parent_id from changed where parent_id is not null) as parents
  ) as parts
  group by kind, part;
  return null;
end
$$;
drop trigger note_key on social.comments;
drop trigger note_truncate on social.comments;
create trigger note_key after update of id, video_id, author_id, parent_id on social.comments
  for each statement execute function social.note_all('comments', 'commented', 'replied');
create trigger note_truncate after truncate on social.comments
  for each statement execute function social.note_all('comments', 'commented', 'replied');

create function social.note_comment_counts() returns trigger language plpgsql as $$
begin
  insert into social.changes (kind, ids)
  select 'comment_counts', array_agg(comment_id)
  from (select comment_id, (row_number() over () - 1) / 200 as part from changed) as parts
  group by part;
  return null;
end
$$;
create trigger note_insert after insert on social.comment_counts
  referencing new table as changed for each statement execute function social.note_comment_counts();
create trigger note_update after update on social.comment_counts
  referencing new table as changed for each statement execute function social.note_comment_counts();
create trigger note_delete after delete on social.comment_counts
  referencing old table as changed for each statement execute function social.note_comment_counts();
create trigger note_key after update of comment_id on social.comment_counts
  for each statement execute function social.note_all('comment_counts');
create trigger note_truncate after truncate on social.comment_counts
  for each statement execute function social.note_all('comment_counts');

create function social.note_video_settings() returns trigger language plpgsql as $$
begin
  insert into social.changes (kind, ids)
  select 'video_settings', array_agg(video_id)
  from (select video_id, (row_number() over () - 1) / 200 as part from changed) as parts
  group by part;
  return null;
end
$$;
create trigger note_insert after insert on social.video_settings
  referencing new table as changed for each statement execute function social.note_video_settings();
create trigger note_update after update on social.video_settings
  referencing new table as changed for each statement execute function social.note_video_settings();
create trigger note_delete after delete on social.video_settings
  referencing old table as changed for each statement execute function social.note_video_settings();
create trigger note_key after update of video_id on social.video_settings
  for each statement execute function social.note_all('video_settings');
create trigger note_truncate after truncate on social.video_settings
  for each statement execute function social.note_all('video_settings');
