const browsers = [
  ['Edg', 'Edge'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Safari', 'Safari'],
] as const

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** A user agent in few words, such as `Firefox · Windows`; what is unknown stays as it is. */
export function deviceOf(userAgent: string): string {
  const names = [browsers, systems].flatMap((known) => known.find(([mark]) => userAgent.includes(mark))?.[1] ?? [])
  return names.length > 0 ? names.join(' · ') : userAgent.slice(0, 60)
}
