import { z } from 'zod'

const id = z.string().min(1).max(200)
const payload = z.record(z.string(), z.unknown()).nullish()

/** What a client sends (GraphQL over WebSocket protocol). */
const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('connection_init'), payload }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('pong') }),
  z.object({
    type: z.literal('subscribe'),
    id,
    payload: z.object({
      query: z.string(),
      operationName: z.string().nullish(),
      variables: z.record(z.string(), z.unknown()).nullish(),
    }),
  }),
  z.object({ type: z.literal('complete'), id }),
])
export type ClientMessage = z.output<typeof clientMessage>
export type SubscribeMessage = Extract<ClientMessage, { type: 'subscribe' }>

/** A frame as a message; null when it is none of the protocol. */
export function readClientMessage(frame: string): ClientMessage | null {
  try {
    return clientMessage.safeParse(JSON.parse(frame)).data ?? null
  } catch {
    return null
  }
}
