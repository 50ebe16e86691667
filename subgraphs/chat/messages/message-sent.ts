import { z } from 'zod'
import type { Broadcast } from '../../../platform/redis/broadcast.ts'
import type { MessageRow } from './repository.ts'

/** The topic of sent messages. */
const topic = 'message-sent'

const messageSent = z.object({ senderId: z.string(), recipientId: z.string() })

/** The sender and the recipient of a message. */
export type MessageSent = Readonly<z.output<typeof messageSent>>

/** Notifies all processes of a message. Call it after the commit, because listeners may read the message at once. */
export function announce({ senderId, recipientId }: MessageRow, broadcast: Pick<Broadcast, 'publish'>): void {
  const event: MessageSent = { senderId, recipientId }
  broadcast.publish(topic, event)
}

/** Calls the listener for each message that any process announces. */
export function onMessageSent(broadcast: Pick<Broadcast, 'listen'>, listener: (event: MessageSent) => void): void {
  broadcast.listen(topic, (value) => listener(messageSent.parse(value)))
}
