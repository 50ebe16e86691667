-- Whom people keep away from themselves. A block parts two people: neither can follow, like, comment on or write to the
-- other, and who blocked is shown nothing of the other. A mute only hides, and nobody is told. Ids order them in time.
create table social.boundaries (
  owner_id bigint not null,
  other_id bigint not null,
  kind text not null,
  id bigint not null,
  constraint boundaries_pkey primary key (owner_id, other_id, kind),
  constraint boundaries_kind_check check (kind in ('BLOCK', 'MUTE')),
  constraint boundaries_not_self_check check (owner_id <> other_id)
);

-- Serves the lists of whom one person has blocked or muted, most recent first.
create index boundaries_by_owner on social.boundaries (owner_id, kind, id desc) include (other_id);

-- What other owners may know: between whom there is a block, whichever of the two made it; and who is not shown to whom.
create view social.blocked_pairs as
  select owner_id as user_id, other_id from social.boundaries where kind = 'BLOCK'
  union all
  select other_id, owner_id from social.boundaries where kind = 'BLOCK';
create view social.hidden_people as
  select owner_id as viewer_id, other_id as person_id from social.boundaries;

-- No follow crosses a block, also when both come at the same moment. Whoever blocks first locks the counts of the two
-- people, which a follow changes before this trigger runs: so one of them waits for the other, and either the block sees
-- the follow and ends it, or this sees the block. Tried again, the follow is refused in words.
create function social.refuse_follows_across_blocks() returns trigger language plpgsql as $$
begin
  if exists (
    select from added
    cross join lateral (
      select from social.blocked_pairs where user_id = added.follower_id and other_id = added.followee_id limit 1
    ) as pair
  ) then
    raise exception 'a block came in between' using errcode = 'serialization_failure';
  end if;
  return null;
end
$$;
create trigger follows_across_blocks after insert on social.follows
  referencing new table as added for each statement execute function social.refuse_follows_across_blocks();
