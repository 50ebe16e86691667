-- What others did that concerns a user: who liked, followed or commented. Written by the statement that does it.
create table social.notifications (
  recipient_id bigint not null,
  -- The id of the like, follow or comment.
  id bigint not null,
  kind text not null,
  actor_id bigint not null,
  -- The video that was liked or commented on; of a follow, who followed.
  subject_id bigint not null,
  created_at timestamptz(3) not null default now(),
  transaction_id xid8 not null default pg_current_xact_id(),
  -- Serves the newest of one user, and removes one with its like.
  constraint notifications_pkey primary key (recipient_id, id),
  constraint notifications_kind_check check (kind in ('LIKE', 'FOLLOW', 'COMMENT')),
  constraint notifications_not_self_check check (recipient_id <> actor_id)
);

-- Serves the events of everybody since a snapshot, and the removal of the oldest.
create index notifications_by_transaction on social.notifications (transaction_id);

-- Up to where a user has read.
create table social.notification_reads (
  user_id bigint constraint notification_reads_pkey primary key,
  read_up_to_id bigint not null,
  transaction_id xid8 not null default pg_current_xact_id()
);

-- Serves the events of everybody since a snapshot.
create index notification_reads_by_transaction on social.notification_reads (transaction_id);

-- What is taken back notifies of nothing, by whatever statement it is taken back. A group of likes always deletes, mostly nothing.
-- Each is a look-up by key: the plan is made once for all groups, perhaps when the table is still small enough to be read as a
-- whole, so the limits and the setting leave it no other way.
create function social.forget_removed_on_videos() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if exists (select from removed) then
    delete from social.notifications where ctid = any (array(
      select notification.ctid
      from removed
      cross join lateral (select author_id from video.authorships where id = removed.video_id limit 1) as video
      cross join lateral (
        select ctid from social.notifications
        where notifications.recipient_id = video.author_id and notifications.id = removed.id limit 1
      ) as notification
    ));
  end if;
  return null;
end
$$;
create trigger likes_removed after delete on social.likes
  referencing old table as removed for each statement execute function social.forget_removed_on_videos();
create trigger comments_removed after delete on social.comments
  referencing old table as removed for each statement execute function social.forget_removed_on_videos();

create function social.forget_removed_follows() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if exists (select from removed) then
    delete from social.notifications where ctid = any (array(
      select notification.ctid
      from removed
      cross join lateral (
        select ctid from social.notifications
        where notifications.recipient_id = removed.followee_id and notifications.id = removed.id limit 1
      ) as notification
    ));
  end if;
  return null;
end
$$;
create trigger follows_removed after delete on social.follows
  referencing old table as removed for each statement execute function social.forget_removed_follows();
