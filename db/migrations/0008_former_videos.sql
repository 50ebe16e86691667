-- Videos that were taken down, and whose they were: the likes that they received still count for their authors.
create table video.former_videos (
  id bigint constraint former_videos_pkey primary key,
  author_id bigint not null
);

-- However a video goes, its author is remembered in the same transaction.
create function video.remember_author() returns trigger language plpgsql as $$
begin
  insert into video.former_videos (id, author_id) values (old.id, old.author_id);
  return null;
end
$$;
create trigger videos_remember_author after delete on video.videos
  for each row execute function video.remember_author();

-- What other owners may know of every video that there ever was: whose it is.
create view video.authorships as
  select id, author_id from video.videos union all select id, author_id from video.former_videos;
