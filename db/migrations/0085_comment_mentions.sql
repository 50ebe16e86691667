-- The users whom a comment mentions, `@…`: `[{"userId": "…", "offset": 0, "length": 6}]`, in UTF-16 units, null for none. By id, so
-- that a user stays mentioned under a new name; in the row of the comment, because its text never changes either. What was written
-- before mentions nobody: its names may have changed since.
alter table social.comments add column mentions jsonb;

-- One more kind of notification, beside those that there are.
do $body$
declare
  known text;
begin
  select pg_get_expr(conbin, conrelid) into strict known from pg_constraint
  where conname = 'notifications_kind_check' and conrelid = 'social.notifications'::regclass;
  alter table social.notifications drop constraint notifications_kind_check;
  execute format(
    'alter table social.notifications add constraint notifications_kind_check check (%s or kind = ''MENTION'')', known
  );
end
$body$;

-- A deleted comment takes with it the notifications of whom it mentions, which have its id. Every look-up is by key, as in
-- `forget_removed_comments`.
create function social.forget_removed_mentions() returns trigger language plpgsql set enable_seqscan = off as $$
begin
  if exists (select from removed where mentions is not null) then
    delete from social.notifications where ctid = any (array(
      select notification.ctid
      from removed
      cross join lateral jsonb_to_recordset(removed.mentions) as mention ("userId" bigint)
      cross join lateral (
        select ctid from social.notifications
        where notifications.recipient_id = mention."userId" and notifications.id = removed.id limit 1
      ) as notification
    ));
  end if;
  return null;
end
$$;
create trigger mentions_removed after delete on social.comments
  referencing old table as removed for each statement execute function social.forget_removed_mentions();

-- A mention in a title is an event for whom it mentions; those of before are none.
alter table video.mentions add column transaction_id xid8 not null default '3';
alter table video.mentions alter column transaction_id set default pg_current_xact_id();

-- Serves the events of everybody since a snapshot.
create index mentions_by_transaction on video.mentions (transaction_id);
