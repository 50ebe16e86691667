import type { MessageFragment } from '../operations.generated.ts'

/** A message in the contract. */
export interface RestMessage {
  readonly id: number
  readonly to_user_id: number
  readonly from_user_id: number
  readonly content: string
  /** In milliseconds since 1970. */
  readonly create_time: number
}

export function presentMessage(message: MessageFragment): RestMessage {
  return {
    id: Number(message.id),
    to_user_id: Number(message.recipient?.id ?? 0),
    from_user_id: Number(message.sender?.id ?? 0),
    content: message.content,
    create_time: Date.parse(message.createdAt),
  }
}
