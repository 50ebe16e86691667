-- What users report, and what moderators decided on it.

-- One report of each user for each subject.
create table social.reports (
  subject_kind text not null,
  subject_id bigint not null,
  reporter_id bigint not null,
  id bigint not null,
  category text not null,
  note text not null,
  created_at timestamptz(3) not null default now(),
  constraint reports_pkey primary key (subject_kind, subject_id, reporter_id),
  constraint reports_category_check check (
    category in ('SPAM', 'HARASSMENT', 'HATE', 'NUDITY', 'VIOLENCE', 'SELF_HARM', 'COPYRIGHT', 'OTHER')
  ),
  constraint reports_note_length_check check (char_length(note) <= 500)
);

-- Serves the reports of one subject, newest first.
create index reports_by_subject on social.reports (subject_kind, subject_id, id desc);
-- Serves how many reports one user sent within a day.
create index reports_by_reporter on social.reports (reporter_id, created_at desc);

-- One case for each subject; another report opens it again.
create table social.report_cases (
  id bigint constraint report_cases_pkey primary key,
  subject_kind text not null,
  subject_id bigint not null,
  -- Who is responsible: the author, or the user.
  owner_id bigint not null,
  report_count integer not null,
  reported_at timestamptz(3) not null default now(),
  resolution text,
  resolver_id bigint,
  reason text,
  resolved_at timestamptz(3),
  constraint report_cases_subject_key unique (subject_kind, subject_id),
  constraint report_cases_subject_kind_check check (subject_kind in ('VIDEO', 'COMMENT', 'USER')),
  constraint report_cases_resolution_check check (resolution in ('DISMISSED', 'REMOVED', 'BANNED', 'GONE')),
  constraint report_cases_resolved_check check ((resolution is null) = (resolved_at is null))
);

-- Serves the queue of open cases, the most often reported first.
create index report_cases_open on social.report_cases (report_count desc, id desc) where resolution is null;
-- Serves the resolved cases, the newest first.
create index report_cases_resolved on social.report_cases (id desc) where resolution is not null;

create table social.audit_log (
  id bigint constraint audit_log_pkey primary key,
  actor_id bigint not null,
  action text not null,
  -- The video, comment or user.
  subject_id bigint not null,
  reason text not null,
  created_at timestamptz(3) not null default now(),
  constraint audit_log_action_check check (action in ('DISMISS_REPORTS', 'UPHOLD_REPORTS'))
);

create function social.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'nothing in % is ever changed', tg_table_name using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_log_append_only before update or delete or truncate on social.audit_log
  for each statement execute function social.refuse_change();
