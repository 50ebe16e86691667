-- How far people have read, recalled messages, and what streams of events resume from.

alter table chat.messages
  -- When its sender took it back. The row stays, without its text, so that streams can tell of it.
  add column recalled_at timestamptz(3),
  -- The transaction that changed the row last. A reader asks for what an earlier snapshot could not see.
  add column transaction_id xid8 not null default pg_current_xact_id(),
  drop constraint messages_content_length_check,
  add constraint messages_content_length_check
    check (char_length(content) between case when recalled_at is null then 1 else 0 end and 1000);

-- Serves the events of everybody since a snapshot.
create index messages_by_transaction on chat.messages (transaction_id);
-- Serve the events of one user since a snapshot.
create index messages_by_recipient on chat.messages (recipient_id, transaction_id);
create index messages_by_sender on chat.messages (sender_id, transaction_id);

-- How far one user has read what another one wrote to them. The moment decides: ids can be drawn in another order.
create table chat.reads (
  user_id bigint not null,
  other_id bigint not null,
  read_up_to_id bigint not null,
  read_up_to_at timestamptz(3) not null,
  transaction_id xid8 not null default pg_current_xact_id(),
  -- Serves the marks of both users of a conversation.
  constraint reads_pkey primary key (user_id, other_id),
  constraint reads_not_self_check check (user_id <> other_id)
) with (fillfactor = 70);

-- Serves the events of everybody since a snapshot.
create index reads_by_transaction on chat.reads (transaction_id);
-- Serve the events of one user since a snapshot.
create index reads_by_user on chat.reads (user_id, transaction_id);
create index reads_by_other on chat.reads (other_id, transaction_id);

-- Conversations from before there were marks count as read.
insert into chat.reads (user_id, other_id, read_up_to_id, read_up_to_at)
  select low_user_id, high_user_id, last_message_id, last_message_at from chat.conversations
  union all
  select high_user_id, low_user_id, last_message_id, last_message_at from chat.conversations;
