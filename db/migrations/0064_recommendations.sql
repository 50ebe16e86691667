-- What a user is not to be recommended: a video, an author's videos, or a topic's.
create table video.dislikes (
  user_id bigint not null,
  -- `VIDEO`, `AUTHOR` or `TOPIC`, and which one: an id or a name.
  kind text not null,
  subject text not null,
  created_at timestamptz(3) not null default now(),
  constraint dislikes_pkey primary key (user_id, kind, subject),
  constraint dislikes_kind_check check (kind in ('VIDEO', 'AUTHOR', 'TOPIC'))
);

-- The videos on the pages of recommendations that a user has read, by the seed of their session: none is shown twice in it, also
-- after a restart, and a page that is asked for again is the same one.
create table video.recommendations (
  viewer_id bigint not null,
  seed bigint not null,
  place integer not null,
  video_id bigint not null,
  reason text not null,
  created_at timestamptz(3) not null default now(),
  constraint recommendations_pkey primary key (viewer_id, seed, place),
  constraint recommendations_video_key unique (viewer_id, seed, video_id)
);

-- Serves the removal of old sessions.
create index recommendations_by_age on video.recommendations (created_at);

-- What other owners may know, to recommend: the videos that a user likes.
create view social.given_likes as select user_id, id, video_id from social.likes;
