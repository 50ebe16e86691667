-- What people publish: videos, and the uploads on their way to become one.
create schema video;

create table video.videos (
  id bigint constraint videos_pkey primary key,
  author_id bigint not null,
  title text not null,
  play_key text not null,
  cover_key text not null,
  content_type text not null,
  byte_size bigint not null,
  duration_ms integer not null,
  width integer not null,
  height integer not null,
  -- Unique, because a REST client's cursor is nothing but this millisecond. Its index serves the feed.
  published_at timestamptz(3) not null constraint videos_published_at_key unique,
  constraint videos_title_length_check check (char_length(title) <= 100)
);

-- Serves one person's videos, newest first.
create index videos_by_author on video.videos (author_id, published_at desc);

create table video.author_counts (
  author_id bigint constraint author_counts_pkey primary key,
  work_count integer not null
);

create table video.uploads (
  id bigint constraint uploads_pkey primary key,
  owner_id bigint not null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);

-- Serves the collection of uploads that were never published.
create index uploads_by_expiry on video.uploads (expires_at);

create table video.id_workers (
  worker smallint constraint id_workers_pkey primary key,
  holder uuid,
  leased_until timestamptz not null default '-infinity',
  reserved_until_ms bigint not null default 0,
  constraint id_workers_worker_check check (worker between 0 and 31)
);
insert into video.id_workers (worker) select generate_series(0, 31);

-- What other owners may know of a video: that it is there, and whose it is.
create view video.published_videos as select id, author_id from video.videos;
