-- Until when the password of an account, given by an operator, opens a session, which it does once; null when its owner chose
-- it.
alter table "user".accounts add column one_time_until timestamptz(3);

alter table "user".audit_log
  drop constraint audit_log_action_check,
  add constraint audit_log_action_check
    check (action in ('BAN_USER', 'UNBAN_USER', 'GRANT_ADMIN', 'REVOKE_ADMIN', 'RESET_PASSWORD'));
