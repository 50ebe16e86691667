-- What people feel: likes, comments, follows, and the counts of them.
create schema social;

-- The id orders a person's likes in time.
create table social.likes (
  user_id bigint not null,
  video_id bigint not null,
  id bigint not null,
  constraint likes_pkey primary key (user_id, video_id)
);

-- Serves the videos that one person likes, most recently liked first.
create index likes_by_user on social.likes (user_id, id desc) include (video_id);

create table social.comments (
  id bigint constraint comments_pkey primary key,
  video_id bigint not null,
  author_id bigint not null,
  content text not null,
  created_at timestamptz(3) not null default now(),
  constraint comments_content_length_check check (char_length(content) between 1 and 500)
);

-- Serves the comments of one video, newest first.
create index comments_by_video on social.comments (video_id, id desc);

-- The id orders follows in time.
create table social.follows (
  follower_id bigint not null,
  followee_id bigint not null,
  id bigint not null,
  constraint follows_pkey primary key (follower_id, followee_id),
  constraint follows_not_self_check check (follower_id <> followee_id)
);

-- Serves the people whom one person follows, and the people who follow one person, most recent first.
create index follows_by_follower on social.follows (follower_id, id desc) include (followee_id);
create index follows_by_followee on social.follows (followee_id, id desc) include (follower_id);

-- Counts change by `insert … on conflict do update` with a difference, taken in key order. A check that they are not
-- negative would meet the difference itself before the conflict is found, so there is none.
create table social.video_counts (
  video_id bigint constraint video_counts_pkey primary key,
  favorite_count integer not null default 0,
  comment_count integer not null default 0
) with (fillfactor = 70);

create table social.user_counts (
  user_id bigint constraint user_counts_pkey primary key,
  follow_count integer not null default 0,
  follower_count integer not null default 0,
  favorite_count integer not null default 0,
  total_favorited integer not null default 0
) with (fillfactor = 70);

create table social.id_workers (
  worker smallint constraint id_workers_pkey primary key,
  holder uuid,
  leased_until timestamptz not null default '-infinity',
  reserved_until_ms bigint not null default 0,
  constraint id_workers_worker_check check (worker between 0 and 31)
);
insert into social.id_workers (worker) select generate_series(0, 31);

-- What other owners may know: who follows each other.
create view social.friendships as
  select mine.follower_id as user_id, mine.followee_id as friend_id
  from social.follows as mine
  join social.follows as theirs on theirs.follower_id = mine.followee_id and theirs.followee_id = mine.follower_id;
