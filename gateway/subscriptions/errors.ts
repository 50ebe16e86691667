import { RejectedRequest } from '../http/rejected-request.ts'

/** A page of another origin, which is not among those that may call. */
export function foreignOrigin(): RejectedRequest {
  return new RejectedRequest(403, { en: 'This origin may not open sockets here.', zh: '该来源不允许建立连接。' })
}

/** More open connections than one address, or one person, may have. */
export function tooManyConnections(): RejectedRequest {
  const messages = { en: 'There are too many open connections. Close one first.', zh: '连接数过多，请先关闭其他连接。' }
  return new RejectedRequest(429, messages, 'BAD_REQUEST', { 'retry-after': '5' })
}

/** An upgrade that is none (RFC 6455 §4.1). */
export function noWebSocketKey(): RejectedRequest {
  return new RejectedRequest(400, { en: 'That is no WebSocket handshake.', zh: '不是有效的 WebSocket 握手。' })
}
