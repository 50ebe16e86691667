-- A page is a list of ids in the order of an index. With the id in it, too, the index answers the page alone.

-- Serves the feed. Still unique, because a REST client's cursor is nothing but this millisecond.
alter table video.videos
  drop constraint videos_published_at_key,
  add constraint videos_published_at_key unique (published_at) include (id);

-- Serves one person's videos, newest first.
drop index video.videos_by_author;
create index videos_by_author on video.videos (author_id, published_at desc) include (id);

-- Serve one person's conversations in the very order of their list, whichever of the two ids is theirs.
drop index chat.conversations_by_low;
drop index chat.conversations_by_high;
create index conversations_by_low on chat.conversations (low_user_id, last_message_at desc, high_user_id desc);
create index conversations_by_high on chat.conversations (high_user_id, last_message_at desc, low_user_id desc);
