-- Who people are: accounts, sessions, profiles.
create schema "user";

create table "user".accounts (
  id bigint constraint accounts_pkey primary key,
  name text not null constraint accounts_name_key unique,
  password_hash text not null,
  created_at timestamptz(3) not null default now(),
  constraint accounts_name_length_check check (char_length(name) between 1 and 32)
);

-- A row exists once something differs from the defaults.
create table "user".profiles (
  user_id bigint constraint profiles_pkey primary key
    constraint profiles_user_id_fkey references "user".accounts on delete cascade,
  signature text not null default '',
  avatar_key text,
  background_key text,
  constraint profiles_signature_length_check check (char_length(signature) <= 200)
);

create table "user".picture_uploads (
  id bigint constraint picture_uploads_pkey primary key,
  user_id bigint not null constraint picture_uploads_user_id_fkey references "user".accounts on delete cascade,
  expires_at timestamptz(3) not null
);

create table "user".sessions (
  id bigint constraint sessions_pkey primary key,
  user_id bigint not null constraint sessions_user_id_fkey references "user".accounts on delete cascade,
  user_agent text not null default '',
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null
);

-- Serves the list of one person's sessions and the revoking of all of them.
create index sessions_by_user on "user".sessions (user_id, last_used_at desc);

-- Worker numbers of the id generator: a lease with a heartbeat, and the highest millisecond a holder may have used.
create table "user".id_workers (
  worker smallint constraint id_workers_pkey primary key,
  holder uuid,
  leased_until timestamptz not null default '-infinity',
  reserved_until_ms bigint not null default 0,
  constraint id_workers_worker_check check (worker between 0 and 31)
);
insert into "user".id_workers (worker) select generate_series(0, 31);

-- What other owners may know of a person: that he exists.
create view "user".registered_users as select id from "user".accounts;
