-- What users like and watch, until a recommender (`RECOMMENDER_URL`) has been told of it by a scheduled job. Written by the
-- statements that store likes and views, only where there is a recommender.
create table social.feedback (
  id bigint generated always as identity constraint feedback_pkey primary key,
  user_id bigint not null,
  video_id bigint not null,
  created_at timestamptz(3) not null default now()
);

create table video.feedback (
  id bigint generated always as identity constraint feedback_pkey primary key,
  user_id bigint not null,
  video_id bigint not null,
  created_at timestamptz(3) not null default now()
);
