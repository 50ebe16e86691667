-- What people say to each other. A conversation is its two people, the lower id first.
create schema chat;

create table chat.conversations (
  low_user_id bigint not null,
  high_user_id bigint not null,
  last_message_id bigint not null,
  -- The clock of the conversation: the next message is at least a millisecond later.
  last_message_at timestamptz(3) not null,
  constraint conversations_pkey primary key (low_user_id, high_user_id),
  constraint conversations_order_check check (low_user_id < high_user_id)
) with (fillfactor = 70);

-- Serve one person's conversations, newest first, whichever of the two ids is theirs.
create index conversations_by_low on chat.conversations (low_user_id, last_message_at desc);
create index conversations_by_high on chat.conversations (high_user_id, last_message_at desc);

create table chat.messages (
  id bigint constraint messages_pkey primary key,
  sender_id bigint not null,
  recipient_id bigint not null,
  content text not null,
  created_at timestamptz(3) not null,
  constraint messages_content_length_check check (char_length(content) between 1 and 1000),
  constraint messages_not_self_check check (sender_id <> recipient_id)
);

-- Serves a whole conversation, both ways, newest first. No two of its messages share a moment, so the moment is a cursor.
create unique index messages_by_conversation on chat.messages
  (least(sender_id, recipient_id), greatest(sender_id, recipient_id), created_at desc);

-- Serves what one person said to another after a moment.
create index messages_by_direction on chat.messages (recipient_id, sender_id, created_at);

create table chat.id_workers (
  worker smallint constraint id_workers_pkey primary key,
  holder uuid,
  leased_until timestamptz not null default '-infinity',
  reserved_until_ms bigint not null default 0,
  constraint id_workers_worker_check check (worker between 0 and 31)
);
insert into chat.id_workers (worker) select generate_series(0, 31);
