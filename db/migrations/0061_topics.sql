-- The topics of videos, `#…` in their titles, and the users whom titles mention.
create table video.topics (
  -- Folded as search terms are.
  name text constraint topics_pkey primary key,
  -- As it was first written.
  written text not null,
  -- How many videos that are shown have it.
  video_count integer not null
) with (fillfactor = 70);

-- Serve the search for topics: the largest ones, and those with a beginning.
create index topics_by_size on video.topics (video_count desc, name);
create index topics_by_name on video.topics (name text_pattern_ops);

create table video.video_topics (
  video_id bigint not null constraint video_topics_video_id_fkey references video.videos on delete cascade,
  topic text not null,
  written text not null,
  published_at timestamptz(3) not null,
  is_hidden boolean not null,
  constraint video_topics_pkey primary key (video_id, topic)
);

-- Serves the newest videos of a topic.
create index video_topics_by_time on video.video_topics (topic, published_at desc) include (video_id) where not is_hidden;

-- Topics are locked in the order of their names.
create function video.count_added_topics() returns trigger language plpgsql as $$
begin
  insert into video.topics as known (name, written, video_count)
  select topic, min(written), count(*) from added where not is_hidden group by topic order by topic
  on conflict (name) do update set video_count = known.video_count + excluded.video_count;
  return null;
end
$$;
create function video.count_removed_topics() returns trigger language plpgsql as $$
begin
  insert into video.topics as known (name, written, video_count)
  select topic, min(written), -count(*) from removed where not is_hidden group by topic order by topic
  on conflict (name) do update set video_count = known.video_count + excluded.video_count;
  return null;
end
$$;
create function video.count_hidden_topics() returns trigger language plpgsql as $$
begin
  insert into video.topics as known (name, written, video_count)
  select topic, min(written), sum(shown) from (
    select topic, written, -1 as shown from removed where not is_hidden
    union all
    select topic, written, 1 from added where not is_hidden
  ) as changed
  group by topic having sum(shown) <> 0 order by topic
  on conflict (name) do update set video_count = known.video_count + excluded.video_count;
  return null;
end
$$;
create trigger topics_added after insert on video.video_topics
  referencing new table as added for each statement execute function video.count_added_topics();
create trigger topics_removed after delete on video.video_topics
  referencing old table as removed for each statement execute function video.count_removed_topics();
create trigger topics_hidden after update on video.video_topics
  referencing new table as added old table as removed for each statement execute function video.count_hidden_topics();

create function video.hide_topics() returns trigger language plpgsql as $$
begin
  update video.video_topics set is_hidden = new.is_hidden where video_id = new.id;
  return null;
end
$$;
create trigger topics_hidden after update of is_hidden on video.videos for each row
  when (old.is_hidden <> new.is_hidden) execute function video.hide_topics();

-- By id, so that a user stays mentioned under a new name.
create table video.mentions (
  -- That of the notification.
  id bigint constraint mentions_pkey primary key,
  video_id bigint not null constraint mentions_video_id_fkey references video.videos on delete cascade,
  user_id bigint not null,
  -- Of the author of the title.
  author_id bigint not null,
  -- Where it stands in the title, in UTF-16 units.
  "offset" integer not null,
  length integer not null,
  created_at timestamptz(3) not null default now(),
  constraint mentions_place_key unique (video_id, "offset", user_id)
);

-- Serves the newest mentions of a user.
create index mentions_by_user on video.mentions (user_id, id desc);

-- What other owners may know: who was mentioned by whom, for a notification of it.
create view video.title_mentions as
  select id, user_id, author_id, video_id, created_at from video.mentions where user_id <> author_id;

-- Titles of before are read again, for their topics.
insert into video.unread_titles (video_id) select id from video.videos on conflict do nothing;
