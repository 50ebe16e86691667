/** Why a socket is closed (RFC 6455 §7.4, and the GraphQL over WebSocket protocol). */
export const closeCodes = {
  goingAway: { code: 1001, reason: 'The server stops; connect again' },
  tryAgainLater: { code: 1013, reason: 'Try again later' },
  badRequest: { code: 4400, reason: 'Invalid message' },
  unauthorized: { code: 4401, reason: 'Unauthorized' },
  subprotocol: { code: 4406, reason: 'Subprotocol not acceptable' },
  initialisationTimeout: { code: 4408, reason: 'Connection initialisation timeout' },
  alreadySubscribed: { code: 4409, reason: 'Subscriber already exists' },
  tooManyInitialisations: { code: 4429, reason: 'Too many initialisation requests' },
  tooManySubscriptions: { code: 4429, reason: 'Too many operations on one connection' },
  tooManyConnections: { code: 4429, reason: 'Too many connections' },
} as const

export type CloseCode = (typeof closeCodes)[keyof typeof closeCodes]
