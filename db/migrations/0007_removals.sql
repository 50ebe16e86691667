-- Videos that were taken down, whose objects are removed some time later: until then, whoever watches sees them to the end.
create table video.removals (
  video_id bigint constraint removals_pkey primary key,
  -- The file as it was uploaded. It may lie among the objects of another video, which was the first to have it.
  play_key text not null,
  due_at timestamptz(3) not null
);

-- Serves the collection of removals that are due.
create index removals_by_due on video.removals (due_at);
