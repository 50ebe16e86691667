-- A video whose sound nobody can decode is published without it, and its author is told.
alter table video.videos
  -- The format of that sound, for people; null when nothing is lost.
  add column lost_sound text;
