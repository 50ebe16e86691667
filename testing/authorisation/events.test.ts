import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { goLive, type Live, type SeenEvent } from '../live.ts'
import { patience } from '../waiting.ts'
import { actors, type Actor } from './matrix.ts'
import { setStage, type Stage } from './stage.ts'

/** Who does it: an actor of the matrix other than the owner, a user whom the owner has muted, or one who talks with the owner. */
type Doer = Exclude<Actor, 'anonymous' | 'owner'> | 'muted' | 'friend'
type Verdict = 'shown' | 'kept'

const doers = [...actors, 'muted', 'friend'].filter((name) => name !== 'anonymous' && name !== 'owner') as Doer[]
const shown = 'shown'
const kept = 'kept'

/** Whether the owner's socket is told of what others do. */
// prettier-ignore
const rows: Readonly<Record<string, Readonly<Record<Doer, Verdict>>>> = {
  // Before they write: only the friend, and whom the owner keeps away, have a conversation.
  Typing:           { other: kept,  blocked: kept, banned: kept, admin: kept,  muted: kept,  friend: shown },
  MessageReceived:  { other: shown, blocked: kept, banned: kept, admin: shown, muted: kept,  friend: shown },
  ConversationSeen: { other: kept,  blocked: kept, banned: kept, admin: kept,  muted: kept,  friend: shown },
  LIKE:             { other: shown, blocked: kept, banned: kept, admin: shown, muted: kept,  friend: shown },
  FOLLOW:           { other: shown, blocked: kept, banned: kept, admin: shown, muted: kept,  friend: shown },
  COMMENT:          { other: shown, blocked: kept, banned: kept, admin: shown, muted: kept,  friend: shown },
}

const selection = `__typename id cursor
  ... on MessageReceived { message { id content } by: conversation { participant { id } } }
  ... on ConversationSeen { by: conversation { participant { id } } }
  ... on Typing { user { id } by: conversation { participant { id } } }
  ... on NotificationAdded { notification { kind actors { id } comment { content } } }`

let stage: Stage
let ofOwner: Live
let ofWitness: Live
let saidToFriend: string
beforeAll(async () => {
  stage = await setStage()
  const { owner } = stage.people
  const sent = await owner.asks<{ sendMessage: { message: { id: string } } }>(
    'mutation ($id: ID!) { sendMessage(input: { toUserId: $id, content: "to be read" }) { message { id } } }',
    { id: stage.friend.id },
  )
  saidToFriend = sent.sendMessage.message.id
  for (const { id } of [stage.people.blocked, stage.muted]) {
    await stage.sql(
      'insert into chat.conversations values (least($1::bigint, $2), greatest($1::bigint, $2), 1, now())',
      [id, owner.id],
    )
  }
  ofOwner = await goLive(stage.network, owner)
  ofWitness = await goLive(stage.network, await stage.network.person('witness'))
  for (const live of [ofOwner, ofWitness]) live.subscribes(null, selection)
  // What the sockets hear from here on is known to be heard.
  await settled()
}, 180_000)
afterAll(async () => {
  for (const live of [ofOwner, ofWitness] as (Live | undefined)[]) await live?.[Symbol.asyncDispose]()
  await (stage as Stage | undefined)?.[Symbol.asyncDispose]()
})

let marks = 0

/** Resolves when the owner's socket was told of everything that was done before: a friend writes, and comments, behind it. */
async function settled(): Promise<void> {
  const mark = `mark ${++marks}`
  const { friend, published } = stage
  await friend.says(stage.people.owner, mark)
  await friend.comments(published, mark)
  await ofOwner.hears(mark)
  await vi.waitUntil(() => ofOwner.events.some((event) => commentOf(event) === mark), patience)
}

interface Notified {
  readonly kind: string
  readonly actors: readonly { readonly id: string }[]
  readonly comment: { readonly content: string } | null
}

const notificationOf = (event: SeenEvent) => event['notification'] as Notified | undefined
const commentOf = (event: SeenEvent) => notificationOf(event)?.comment?.content

/** Whether an event is of a type, or a notification of a kind, and about what a user did. */
function isOf(event: SeenEvent, type: string, userId: string): boolean {
  const notification = notificationOf(event)
  if (notification) return notification.kind === type && notification.actors[0]?.id === userId
  const by = event['by'] as { participant: { id: string } } | undefined
  return event.__typename === type && by?.participant.id === userId
}

const cells = Object.entries(rows).flatMap(([type, row]) => doers.map((doer) => ({ type, doer, verdict: row[doer] })))

it.each(cells)('$type by $doer: $verdict', async ({ type, doer, verdict }) => {
  const { owner } = stage.people
  const user = doer === 'muted' || doer === 'friend' ? stage[doer] : stage.people[doer]
  const toUser = (mutation: string) =>
    user.asks(`mutation ($id: ID!) { ${mutation}(input: { toUserId: $id }) { __typename } }`, { id: owner.id })
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    MessageReceived: () => user.says(owner, `from ${doer}`),
    ConversationSeen: () =>
      user.asks(
        'mutation ($id: ID!, $upTo: ID!) { markConversationRead(input: { userId: $id, upTo: $upTo }) { __typename } }',
        { id: owner.id, upTo: saidToFriend },
      ),
    Typing: () => toUser('sendTyping'),
    LIKE: () => user.likes(stage.published),
    FOLLOW: () => user.follows(owner),
    COMMENT: () => user.comments(stage.published, `by ${doer}`),
  }
  const before = ofOwner.events.length
  const isRefused = await acts[type]?.().then(
    () => false,
    () => true,
  )
  await settled()
  const heard = ofOwner.events.slice(before).filter((event) => isOf(event, type, user.id))
  const marked = doer === 'friend' && (type === 'MessageReceived' || type === 'COMMENT') ? 1 : 0
  expect(heard.length - marked).toBe(verdict === shown ? 1 : 0)
  expect(isRefused && verdict === shown).toBe(false)
  expect(ofWitness.events).toEqual([])
  expect(ofOwner.errors).toEqual([])
})
