-- Which names are taken, in every spelling that looks the same. A name is folded by the code of the user subgraph.
create table "user".name_claims (
  -- Serves the refusal of a name that looks like another.
  folded_name text constraint name_claims_pkey primary key,
  account_id bigint not null constraint name_claims_account_id_fkey references "user".accounts on delete cascade
);

-- Serves the deletion of an account.
create index name_claims_account_id on "user".name_claims (account_id);

-- By which version of the folding the claims were made. Accounts from before keep their names: where two of them look the
-- same, the older one has the claim.
create table "user".name_folding (
  is_only boolean not null default true constraint name_folding_pkey primary key,
  version integer not null,
  constraint name_folding_is_only_check check (is_only)
);

insert into "user".name_folding (version) select 1 where not exists (select from "user".accounts);
