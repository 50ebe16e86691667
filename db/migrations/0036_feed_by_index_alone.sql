-- Who made a video stands in the index of the feed, too, so that a page without those whom its viewer has blocked or muted is
-- read from it alone.
alter table video.videos
  drop constraint videos_published_at_key,
  add constraint videos_published_at_key unique (published_at) include (id, is_hidden, author_id);
