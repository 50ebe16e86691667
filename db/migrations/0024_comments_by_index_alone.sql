-- A page of comments is a list of ids, and whose they are tells whether a viewer is shown them. With the author in it, too,
-- the index answers the page alone.

-- Serves the comments of one video, newest first.
drop index social.comments_by_video;
create index comments_by_video on social.comments (video_id, id desc) include (author_id);
