import { z } from 'zod'
import type { Broadcast } from '../../../platform/redis/broadcast.ts'
import type { MessageRow } from './repository.ts'

/** The topic of the news that one person sent a message to another. */
const topic = 'message-sent'

const messageSent = z.object({ senderId: z.string(), recipientId: z.string() })

/** Who sent a message to whom. */
export type MessageSent = Readonly<z.output<typeof messageSent>>

/** Tells every process that a message was sent. Only after its commit: whoever hears of it may read it at once. */
export function announce({ senderId, recipientId }: MessageRow, broadcast: Pick<Broadcast, 'publish'>): void {
  const news: MessageSent = { senderId, recipientId }
  broadcast.publish(topic, news)
}

/** Calls the listener for each message that any process announces. */
export function onMessageSent(broadcast: Pick<Broadcast, 'listen'>, listener: (news: MessageSent) => void): void {
  broadcast.listen(topic, (value) => listener(messageSent.parse(value)))
}
