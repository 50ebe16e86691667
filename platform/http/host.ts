import { isIPv6, type Socket } from 'node:net'

/** A registered name or an address, with an optional port: what clients send as `Host`. */
const form = /^(?:[\w.~-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i

/**
 * Whether a text is a valid `Host` header (RFC 9110 §7.2). Percent-encoded names and sub-delimiters, which RFC 3986 allows and
 * no client needs, are rejected, so accepted values can be put into URLs without escaping.
 */
export function isHost(text: string): boolean {
  return form.test(text)
}

/** The host by which a client reached a socket when it sent no Host header (HTTP/1.0). */
export function hostOfSocket({
  localAddress = '127.0.0.1',
  localPort = 80,
}: Pick<Socket, 'localAddress' | 'localPort'>): string {
  return `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`
}
