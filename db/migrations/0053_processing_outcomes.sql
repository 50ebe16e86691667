-- The author of a video is notified when its processing has ended: that is the row of the video itself, so that the notification is
-- written with the status and deleted with the video.
alter table video.videos
  -- The id of the notification. Null before the video is READY or has FAILED, and for videos that were processed before
  -- authors were notified.
  add column outcome_id bigint,
  add column outcome_at timestamptz(3);

-- Serves the newest notifications of one author.
create index videos_by_outcome on video.videos (author_id, outcome_id desc) where outcome_id is not null;

-- What other owners may know of the processing of videos: how it ended, for its author.
create view video.processing_outcomes as
  select outcome_id as id, author_id, id as video_id, status, outcome_at as created_at
  from video.videos where outcome_id is not null and not is_hidden;
