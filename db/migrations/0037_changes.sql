-- Which rows changed, and in which transaction, so that every process can forget what it keeps of them: whoever wrote, be it
-- a process of the system, an operator's command or somebody at a terminal. Processes read what has become visible since
-- their last look, and delete what is too old for anybody to have missed (platform/caching/changes.ts). It is a table and not NOTIFY
-- because NOTIFY holds one lock of the whole cluster until its transaction is flushed, so that commits would no longer be
-- flushed together; and because a table is read through any pooler, and a look at it can be repeated.
create table "user".changes (
  transaction_id xid8 not null default pg_current_xact_id(),
  kind text not null,
  -- Null for everything of the kind.
  ids bigint[]
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
create table video.changes (like "user".changes including all)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);
create table social.changes (like "user".changes including all)
  with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- Serve the look at what other transactions have done since, and the collection of what is old.
create index changes_by_transaction on "user".changes (transaction_id);
create index changes_by_transaction on video.changes (transaction_id);
create index changes_by_transaction on social.changes (transaction_id);

-- What other owners may know: whose boundaries changed.
create view social.hidden_people_changes as
  select transaction_id, kind, ids from social.changes where kind = 'boundaries';

-- Notes all of each kind that the trigger names.
create function "user".note_all() returns trigger language plpgsql as $$
begin
  insert into "user".changes (kind) select unnest(tg_argv);
  return null;
end
$$;
create function video.note_all() returns trigger language plpgsql as $$
begin
  insert into video.changes (kind) select unnest(tg_argv);
  return null;
end
$$;
create function social.note_all() returns trigger language plpgsql as $$
begin
  insert into social.changes (kind) select unnest(tg_argv);
  return null;
end
$$;

-- One function and its triggers for each table. `changed` are the rows that came, went, or are different now. At most two
-- hundred ids stand in one row, which so stays small enough to be kept in place. When what a row is found by is changed,
-- which nobody does but by hand, everything of the kind counts as changed.
do $body$
declare
  each record;
begin
  for each in
    select *
    from (values
      ('user', 'accounts', 'people', 'select id from changed', 'id'),
      ('user', 'profiles', 'people', 'select user_id as id from changed', 'user_id'),
      ('video', 'author_counts', 'authors', 'select author_id as id from changed', 'author_id'),
      ('social', 'likes', 'likes', 'select user_id as id from changed', 'user_id, video_id, id'),
      ('social', 'follows', 'follows',
        'select follower_id as id from changed union select followee_id from changed', 'follower_id, followee_id, id'),
      ('social', 'boundaries', 'boundaries', 'select owner_id as id from changed', 'owner_id, other_id, kind'),
      ('social', 'video_counts', 'video_counts', 'select video_id as id from changed', 'video_id'),
      ('social', 'user_counts', 'user_counts', 'select user_id as id from changed', 'user_id')
    ) as noted (owner, table_name, kind, ids, key)
  loop
    execute format(
      $function$
        create function %1$I.%2$I() returns trigger language plpgsql as $$
        begin
          insert into %1$I.changes (kind, ids)
          select %3$L, array_agg(id)
          from (select id, (row_number() over () - 1) / 200 as part from (%4$s) as ids) as parts
          group by part;
          return null;
        end
        $$
      $function$,
      each.owner, 'note_' || each.table_name, each.kind, each.ids
    );
    execute format(
      $triggers$
        create trigger note_insert after insert on %1$I.%2$I
          referencing new table as changed for each statement execute function %1$I.%3$I();
        create trigger note_update after update on %1$I.%2$I
          referencing new table as changed for each statement execute function %1$I.%3$I();
        create trigger note_delete after delete on %1$I.%2$I
          referencing old table as changed for each statement execute function %1$I.%3$I();
        create trigger note_key after update of %4$s on %1$I.%2$I
          for each statement execute function %1$I.note_all(%5$L);
        create trigger note_truncate after truncate on %1$I.%2$I
          for each statement execute function %1$I.note_all(%5$L)
      $triggers$,
      each.owner, each.table_name, 'note_' || each.table_name, each.key, each.kind
    );
  end loop;
end
$body$;

-- A comment is kept by its id, and stands on the pages of its video.
create function social.note_comments() returns trigger language plpgsql as $$
begin
  insert into social.changes (kind, ids)
  select kind, array_agg(id)
  from (
    select 'comments' as kind, id, (row_number() over () - 1) / 200 as part from changed
    union all
    select 'commented', video_id, (row_number() over () - 1) / 200 from (select distinct video_id from changed) as videos
  ) as parts
  group by kind, part;
  return null;
end
$$;
create trigger note_insert after insert on social.comments
  referencing new table as changed for each statement execute function social.note_comments();
create trigger note_update after update on social.comments
  referencing new table as changed for each statement execute function social.note_comments();
create trigger note_delete after delete on social.comments
  referencing old table as changed for each statement execute function social.note_comments();
create trigger note_key after update of id, video_id, author_id on social.comments
  for each statement execute function social.note_all('comments', 'commented');
create trigger note_truncate after truncate on social.comments
  for each statement execute function social.note_all('comments', 'commented');

-- A video is kept by its id, and stands on the pages of its author and of the feed, which is kept by milliseconds. Only what
-- comes, goes or is hidden changes those.
create function video.note_listed() returns trigger language plpgsql as $$
begin
  insert into video.changes (kind, ids)
  select kind, array_agg(value)
  from (
    select noted.kind, noted.value, (row_number() over (partition by noted.kind) - 1) / 200 as part
    from changed
    cross join lateral (values
      ('videos', id), ('authors', author_id), ('feed', (extract(epoch from published_at) * 1000)::bigint)
    ) as noted (kind, value)
  ) as parts
  group by kind, part;
  return null;
end
$$;
create function video.note_changed() returns trigger language plpgsql as $$
begin
  insert into video.changes (kind, ids)
  select kind, array_agg(value)
  from (
    select noted.kind, noted.value, (row_number() over (partition by noted.kind) - 1) / 200 as part
    from changed
    join former using (id)
    cross join lateral (values
      ('videos', id, true),
      ('authors', changed.author_id, changed.is_hidden <> former.is_hidden),
      ('feed', (extract(epoch from changed.published_at) * 1000)::bigint, changed.is_hidden <> former.is_hidden)
    ) as noted (kind, value, is_noted)
    where noted.is_noted
  ) as parts
  group by kind, part;
  return null;
end
$$;
create trigger note_insert after insert on video.videos
  referencing new table as changed for each statement execute function video.note_listed();
create trigger note_update after update on video.videos
  referencing new table as changed old table as former for each statement execute function video.note_changed();
create trigger note_delete after delete on video.videos
  referencing old table as changed for each statement execute function video.note_listed();
create trigger note_key after update of id, author_id, published_at on video.videos
  for each statement execute function video.note_all('videos', 'authors', 'feed');
create trigger note_truncate after truncate on video.videos
  for each statement execute function video.note_all('videos', 'authors', 'feed');
