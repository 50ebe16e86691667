import type { Event } from './event.ts'

/** Where the value of an event's field comes from. */
export type FieldSource = OwnField | GraphField

/** Out of the event itself. */
export interface OwnField {
  readonly from: 'event'
  readonly read: (event: Event) => unknown
}

/** Out of a root field of the graph, asked as the viewer. */
export interface GraphField {
  readonly from: 'graph'
  readonly field: string
  /** Its argument, and which id of the event is given to it. */
  readonly argument?: { readonly name: string; readonly id: EventId }
  /** The one field of it that is the value; else it is what the client selects. */
  readonly leaf?: string
}

export type EventId = 'subjectId' | 'otherId'

/** How a type of event is shown. */
export interface EventType {
  readonly fields: Readonly<Record<string, FieldSource>>
  /** Whether it must not be shown by what was cached before it happened. */
  readonly isReadAnew?: boolean
  /** The field whose absence says that the viewer is shown nothing of the event. */
  readonly decisive?: GraphField
  /** Whether it is dropped, instead of tried again, when it cannot be shown now. */
  readonly isTransient?: boolean
}

const own = (read: (event: Event) => unknown): OwnField => ({ from: 'event', read })
const byId = (field: string, name: string, id: EventId, leaf?: string): GraphField => ({
  from: 'graph',
  field,
  argument: { name, id },
  ...(leaf !== undefined && { leaf }),
})

const message = byId('message', 'id', 'subjectId')
const conversation = byId('conversation', 'userId', 'otherId')

const notification = byId('notification', 'id', 'subjectId')
const video = byId('video', 'id', 'subjectId')
const unreadNotifications: GraphField = { from: 'graph', field: 'viewer', leaf: 'unreadNotificationCount' }

/** How each type of `schema/events.graphql` is shown. */
export const eventTypes: Readonly<Record<string, EventType>> = {
  MessageReceived: { fields: { message, conversation }, decisive: message },
  MessageSent: { fields: { message, conversation }, decisive: message },
  MessageRecalled: { fields: { messageId: own(({ subjectId }) => subjectId), conversation } },
  ConversationRead: {
    fields: {
      conversation,
      readUpTo: own(({ subjectId }) => subjectId),
      unreadCount: { ...conversation, leaf: 'unreadCount' },
    },
  },
  ConversationSeen: {
    fields: { conversation, readUpTo: own(({ subjectId }) => subjectId) },
    decisive: { ...conversation, leaf: 'participantReadUpTo' },
  },
  NotificationAdded: { fields: { notification, unreadCount: unreadNotifications }, decisive: notification },
  NotificationsRead: { fields: { readUpTo: own(({ subjectId }) => subjectId), unreadCount: unreadNotifications } },
  // A video is cached for everybody, and its author's progress with it.
  VideoChanged: { fields: { video }, decisive: video, isReadAnew: true },
  Typing: { fields: { user: byId('user', 'id', 'otherId'), conversation }, isTransient: true },
  Gap: { fields: {} },
}
