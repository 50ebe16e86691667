-- Whether a video is hidden stands in the indexes of its lists, too, so that they answer a page alone.

-- Serves the feed. Still unique, because a REST client's cursor is nothing but this millisecond.
alter table video.videos
  drop constraint videos_published_at_key,
  add constraint videos_published_at_key unique (published_at) include (id, is_hidden);

-- Serves one person's videos, newest first.
drop index video.videos_by_author;
create index videos_by_author on video.videos (author_id, published_at desc) include (id) where not is_hidden;
