-- What becomes of a published video: the files made from it, and how far that got. The jobs themselves are kept by
-- graphile-worker, in the schema `graphile_worker`.
alter table video.videos
  -- A row that nobody asked to process is served as it is.
  add column status text not null default 'READY',
  -- In percent, while it is processed.
  add column progress smallint not null default 0,
  -- Why it could not be processed: a code that has a sentence in every language.
  add column failure text,
  add column thumbhash text,
  -- What is played once it is ready. Copied from the renditions, so that a feed reads one table.
  add column mp4_key text,
  add column hls_key text,
  add constraint videos_status_check check (status in ('UPLOADED', 'PROCESSING', 'READY', 'FAILED')),
  add constraint videos_progress_check check (progress between 0 and 100),
  add constraint videos_failure_check check ((failure is not null) = (status = 'FAILED'));

-- Serves the search for videos whose job got lost.
create index videos_unfinished on video.videos (id) where status in ('UPLOADED', 'PROCESSING');

create table video.renditions (
  video_id bigint not null constraint renditions_video_id_fkey references video.videos on delete cascade,
  name text not null,
  key text not null,
  width integer not null,
  height integer not null,
  -- In bits per second.
  bit_rate integer not null,
  -- Of the file and of all that it refers to.
  byte_size bigint not null,
  constraint renditions_pkey primary key (video_id, name)
);

-- Processes that work on jobs, and when each last said so. What a silent one had begun is begun again by another.
create table video.job_workers (
  worker_id text constraint job_workers_pkey primary key,
  seen_at timestamptz not null default now()
);

-- What the watermark of a video says.
create view "user".public_names as select id, name from "user".accounts;

-- What was published before is processed too, after what is published from now on.
update video.videos set status = 'UPLOADED';
select graphile_worker.add_job(
  'transcode', json_build_object('videoId', id::text), max_attempts => 5, job_key => 'transcode:' || id, priority => 10
) from video.videos;
