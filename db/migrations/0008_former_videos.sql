-- Videos that were taken down, and whose they were: the likes that they received still count for their authors.
create table video.former_videos (
  id bigint constraint former_videos_pkey primary key,
  author_id bigint not null
);

-- What other owners may know of every video that there was ever: whose it is.
create view video.authorships as
  select id, author_id from video.videos union all select id, author_id from video.former_videos;
