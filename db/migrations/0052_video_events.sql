-- How far the processing of each video has come, for the streams of its author.
create table video.processing_events (
  video_id bigint constraint processing_events_pkey primary key,
  author_id bigint not null,
  transaction_id xid8 not null default pg_current_xact_id()
);

-- Serves the events of everybody since a snapshot.
create index processing_events_by_transaction on video.processing_events (transaction_id);
-- Serves the events of one author since a snapshot.
create index processing_events_by_author on video.processing_events (author_id, transaction_id);

create function video.note_processing() returns trigger language plpgsql as $$
begin
  insert into video.processing_events as known (video_id, author_id) values (new.id, new.author_id)
  on conflict (video_id) do update set transaction_id = pg_current_xact_id();
  return null;
end
$$;
create trigger processing_changed after update of status, progress, failure on video.videos for each row
  when ((old.status, old.progress, old.failure) is distinct from (new.status, new.progress, new.failure))
  execute function video.note_processing();

create function video.forget_processing() returns trigger language plpgsql as $$
begin
  delete from video.processing_events using removed where video_id = removed.id;
  return null;
end
$$;
create trigger processing_forgotten after delete on video.videos
  referencing old table as removed for each statement execute function video.forget_processing();
