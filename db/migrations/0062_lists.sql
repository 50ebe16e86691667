-- What other owners may know: whom a user follows, and how many that are.
create view social.followings as select follower_id, followee_id from social.follows;
create view social.following_counts as select user_id, follow_count from social.user_counts;

-- The videos that are liked most for their age, as a scheduled job has ranked them: no like has to wait for it.
create table video.trends (
  video_id bigint constraint trends_pkey primary key
    constraint trends_video_id_fkey references video.videos on delete cascade,
  -- In milliseconds of the clock: of two equally liked videos, the one that is an hour newer has an hour more.
  score bigint not null
);

-- Serves the page of trending videos.
create index trends_by_score on video.trends (score desc, video_id desc);
