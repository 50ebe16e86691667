-- From here on each owner makes a share of the ids that is its own. Behind the last id that any of them made before, no
-- other can make it again.
with made as (
  select max(reserved_until_ms) as until_ms from (
    select reserved_until_ms from "user".id_workers
    union all select reserved_until_ms from video.id_workers
    union all select reserved_until_ms from social.id_workers
    union all select reserved_until_ms from chat.id_workers
  ) as reserved
), users as (
  update "user".id_workers set reserved_until_ms = until_ms from made
), videos as (
  update video.id_workers set reserved_until_ms = until_ms from made
), socials as (
  update social.id_workers set reserved_until_ms = until_ms from made
)
update chat.id_workers set reserved_until_ms = until_ms from made;

-- Who sent a message to whom: lets social, which finds things by their ids, tell whether a message is the viewer's.
create view chat.message_parties as select id, sender_id, recipient_id from chat.messages;
