-- Administrators who delete a comment of others are recorded.
alter table social.audit_log
  drop constraint audit_log_action_check,
  add constraint audit_log_action_check check (action in ('DISMISS_REPORTS', 'UPHOLD_REPORTS', 'DELETE_COMMENT'));
