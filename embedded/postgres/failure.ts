/**
 * The line in the output of `initdb` or `postgres` that says why it failed, without time and severity.
 *
 * @returns undefined when the output contains no reason
 */
export function failureReason(output: string): string | undefined {
  const reasons = [...output.matchAll(/(?:LOG|FATAL|PANIC|error): +(.*)/g)].map((match) => match[1] ?? '')
  // The last line is often only the consequence: "could not create any TCP/IP sockets" after "Address already in use".
  return reasons.findLast((reason) => systemErrors.test(reason)) ?? lastFatal(output)
}

const systemErrors =
  /No space left|Disk quota|Permission denied|Read-only file system|Address already in use|Cannot allocate memory/

function lastFatal(output: string): string | undefined {
  return [...output.matchAll(/(?:FATAL|PANIC|error): +(.*)/g)].at(-1)?.[1]
}
