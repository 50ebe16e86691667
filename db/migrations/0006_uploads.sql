-- Uploads in parts, how many a person may make, and files that were published before.
alter table video.uploads
  -- As it was announced; what is sent in parts must be announced.
  add column byte_size bigint,
  -- The object store's name for an upload in parts.
  add column multipart_id text,
  -- An upload is closed when its file was published or refused. Its form works until it expires, hence the row stays, so
  -- that whatever is sent by then is collected.
  add column closed_at timestamptz(3),
  add constraint uploads_parts_check check (multipart_id is null or byte_size is not null);

create table video.upload_days (
  owner_id bigint not null,
  -- In UTC.
  day date not null,
  uploads integer not null,
  constraint upload_days_pkey primary key (owner_id, day)
);

-- Serves the collection of days gone by.
create index upload_days_by_day on video.upload_days (day);

alter table video.videos
  -- SHA-256 of the file as it was uploaded; unknown of videos from before.
  add column content_hash bytea,
  add constraint videos_content_hash_check check (octet_length(content_hash) = 32);

-- Serves the question whether its author published a file before. Such videos share one object.
create index videos_by_content on video.videos (author_id, content_hash);

-- Serves the question whether any video still needs an object.
create index videos_by_play_key on video.videos (play_key);
