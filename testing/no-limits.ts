/** Settings without rate limits, so that many test users can share one address. */
export const noLimits: Readonly<Record<string, string>> = {
  READS_PER_MINUTE: '0',
  WRITES_PER_MINUTE: '0',
  SEARCHES_PER_MINUTE: '0',
  TEXTS_PER_MINUTE: '0',
  UPLOADS_PER_MINUTE: '0',
  SIGN_INS_PER_MINUTE: '0',
  REGISTRATIONS_PER_HOUR: '0',
  UPLOADS_AT_ONCE: '1000',
  UPLOADS_AT_ONCE_PER_ADDRESS: '1000',
  SHED_LOAD_AFTER_MS: '0',
}
