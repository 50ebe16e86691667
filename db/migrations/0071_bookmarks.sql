-- The private bookmarks of users, and how often videos are shared.

-- The id orders a user's bookmarks in time.
create table social.bookmarks (
  user_id bigint not null,
  video_id bigint not null,
  id bigint not null,
  constraint bookmarks_pkey primary key (user_id, video_id)
);

-- Serves the videos that one user has bookmarked, most recently bookmarked first.
create index bookmarks_by_user on social.bookmarks (user_id, id desc) include (video_id);

-- A user's shares of a video count once a day.
create table social.shares (
  user_id bigint not null,
  video_id bigint not null,
  shared_on date not null default (now() at time zone 'utc')::date,
  constraint shares_pkey primary key (user_id, video_id, shared_on)
);

alter table social.video_counts
  add column bookmark_count integer not null default 0,
  add column share_count integer not null default 0;
