-- Who has watched which video, and how far: one row in a month, the largest table there is, so that it is partitioned from the
-- beginning and a month can be dropped. Its key removes repetitions, serves the filter for videos that a viewer knows, and says
-- where to go on watching.
create table video.views (
  viewer_id bigint not null,
  video_id bigint not null,
  month date not null,
  -- When it was last counted.
  counted_at timestamptz(3) not null,
  position_ms integer not null,
  is_completed boolean not null,
  constraint views_pkey primary key (viewer_id, video_id, month)
) partition by range (month);

-- For a month whose partition a scheduled job could not make in time.
create table video.views_of_other_months partition of video.views default;

-- Makes the partitions of this month and the next two. With the rights of the one who migrates, because the roles of owners
-- make no tables.
create function video.make_view_partitions() returns integer language plpgsql security definer set search_path = video as $$
declare
  first_day date;
  made integer := 0;
begin
  perform pg_advisory_xact_lock(hashtext('video.views'));
  for month in 0..2 loop
    first_day := date_trunc('month', now() at time zone 'utc') + month * interval '1 month';
    if to_regclass('video.views_' || to_char(first_day, 'YYYY_MM')) is null
      and not exists (select from video.views_of_other_months as other where other.month = first_day)
    then
      execute format(
        'create table video.%I partition of video.views for values from (%L) to (%L)',
        'views_' || to_char(first_day, 'YYYY_MM'), first_day, (first_day + interval '1 month')::date
      );
      made := made + 1;
    end if;
  end loop;
  return made;
end
$$;
select video.make_view_partitions();

create table video.view_counts (
  video_id bigint constraint view_counts_pkey primary key,
  view_count bigint not null
) with (fillfactor = 70);
