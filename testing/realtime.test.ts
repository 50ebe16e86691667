import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { goLive, selection, type Live } from './live.ts'
import { bootNetwork, topologies, type Network, type TestPerson } from './network.ts'
import { patience } from './waiting.ts'

const settings = { PEOPLE_PER_ADDRESS: '100' }

describe.each(topologies)('%s', (topology) => {
  let network: Network
  let alice: TestPerson
  let bob: TestPerson
  beforeAll(async () => {
    network = await bootNetwork({ topology, settings })
    alice = await network.person('alice')
    bob = await network.person('bob')
  }, 120_000)
  afterAll(() => (network as Network | undefined)?.[Symbol.asyncDispose]())

  async function listens(person: TestPerson, after?: string): Promise<Live> {
    const live = await goLive(network, person)
    live.subscribes(after)
    return live
  }

  it('brings a message that the app sent to the socket of its recipient, and to others of its sender', async () => {
    await using ofBob = await listens(bob)
    await using ofAlice = await listens(alice)
    await alice.says(bob, 'from the app')
    expect(await ofBob.hears('from the app')).toMatchObject({
      __typename: 'MessageReceived',
      message: { sender: { id: alice.id, name: alice.name } },
      conversation: { unreadCount: 1 },
    })
    expect(await ofAlice.hears('from the app')).toMatchObject({ __typename: 'MessageSent' })
    expect([ofAlice.errors, ofBob.errors]).toEqual([[], []])
  })

  it('lets the app poll what was sent over a socket', async () => {
    await using ofBob = await listens(bob)
    const sending = `mutation ($to: ID!) { sendMessage(input: { toUserId: $to, content: "from the web" }) { message { id } } }`
    expect(await ofBob.asks(sending, { to: alice.id })).toMatchObject({ data: { sendMessage: {} } })
    const { message_list: messages } = await alice.calls<{ message_list: { content: string }[] }>(
      'GET',
      '/douyin/message/chat/',
      { to_user_id: bob.id, pre_msg_time: 0 },
    )
    expect(messages.map(({ content }) => content)).toContain('from the web')
  })

  it('tells both when a conversation is read, and when a message is recalled', async () => {
    await using ofBob = await listens(bob)
    await using ofAlice = await listens(alice)
    await alice.says(bob, 'read me')
    const { message } = await ofBob.hears('read me')
    const id = message?.id ?? ''
    await bob.asks(
      `mutation ($userId: ID!, $upTo: ID!) { markConversationRead(input: { userId: $userId, upTo: $upTo }) { __typename } }`,
      { userId: alice.id, upTo: id },
    )
    await expect
      .poll(() => ofBob.events, patience)
      .toContainEqual(expect.objectContaining({ __typename: 'ConversationRead', readUpTo: id, unreadCount: 0 }))
    await expect
      .poll(() => ofAlice.events, patience)
      .toContainEqual(
        expect.objectContaining({
          __typename: 'ConversationSeen',
          readUpTo: id,
          conversation: { participantReadUpTo: id },
        }),
      )
    await alice.asks(`mutation ($id: ID!) { recallMessage(input: { messageId: $id }) { messageId } }`, { id })
    for (const live of [ofAlice, ofBob]) {
      await expect
        .poll(() => live.events, patience)
        .toContainEqual(expect.objectContaining({ __typename: 'MessageRecalled', messageId: id }))
    }
  })

  it('tells of likes, follows and comments, of all who did the same, and of what was read elsewhere', async () => {
    const [carol, dan] = [await network.person('carol'), await network.person('dan')]
    const sunset = await carol.publishes('sunset')
    await using live = await listens(carol)
    await using elsewhere = await listens(carol)
    await dan.likes(sunset)
    const told = (kind: string, actorCount: number, unreadCount: number) =>
      expect.objectContaining({
        __typename: 'NotificationAdded',
        unreadCount,
        notification: expect.objectContaining({ kind, actorCount }) as unknown,
      }) as unknown
    await expect.poll(() => live.events, patience).toContainEqual(told('LIKE', 1, 1))
    await bob.likes(sunset)
    await expect.poll(() => live.events, patience).toContainEqual(told('LIKE', 2, 2))
    await dan.follows(carol)
    await expect.poll(() => live.events, patience).toContainEqual(told('FOLLOW', 1, 3))
    await dan.comments(sunset, 'lovely')
    await expect.poll(() => live.events, patience).toContainEqual(told('COMMENT', 1, 4))
    const { notifications } = await carol.asks<{ notifications: { edges: { node: { id: string } }[] } }>(
      '{ notifications { edges { node { id } } } }',
    )
    const upTo = notifications.edges[0]?.node.id
    await carol.asks('mutation ($upTo: ID!) { markNotificationsRead(input: { upTo: $upTo }) { unreadCount } }', {
      upTo,
    })
    for (const socket of [live, elsewhere]) {
      await expect
        .poll(() => socket.events, patience)
        .toContainEqual(expect.objectContaining({ __typename: 'NotificationsRead', readUpTo: upTo, unreadCount: 0 }))
      expect(socket.errors).toEqual([])
    }
  })

  it('tells of mentions in titles, in comments of the app, and in replies', async () => {
    const [frank, grace] = [await network.person('frank'), await network.person('grace')]
    await using live = await listens(frank)
    const told = (unreadCount: number) =>
      expect.objectContaining({
        __typename: 'NotificationAdded',
        unreadCount,
        notification: expect.objectContaining({
          kind: 'MENTION',
          actors: [{ id: grace.id }],
        }) as unknown,
      }) as unknown
    const clip = await grace.publishes(`with @${frank.name}`)
    await expect.poll(() => live.events, patience).toContainEqual(told(1))
    const { comment } = await grace.calls<{ comment: { id: number } }>('POST', '/douyin/comment/action/', {
      video_id: clip,
      action_type: 1,
      comment_text: `look @${frank.name}`,
    })
    await expect.poll(() => live.events, patience).toContainEqual(told(2))
    await grace.asks(
      'mutation ($id: ID!, $content: String!) { addReply(input: { commentId: $id, content: $content }) { __typename } }',
      {
        id: String(comment.id),
        content: `and again @${frank.name}`,
      },
    )
    await expect.poll(() => live.events, patience).toContainEqual(told(3))
    await grace.asks(
      'mutation ($id: ID!, $title: String!) { setTitle(input: { videoId: $id, title: $title }) { __typename } }',
      {
        id: clip,
        title: `now also @${frank.name}, elsewhere`,
      },
    )
    await expect.poll(() => new Set(live.events.map(({ id }) => id)).size, patience).toBe(4)
    expect(live.errors).toEqual([])
  })

  it('tells an author, and nobody else, how the processing of a video goes on', async () => {
    const erin = await network.person('erin')
    const clip = await erin.publishes('on its way')
    await using live = await listens(erin)
    await using ofBob = await listens(bob)
    const sql = new pg.Client(network.databaseUrl)
    await sql.connect()
    try {
      for (const [status, progress] of [
        ['PROCESSING', 42],
        ['READY', 100],
      ] as const) {
        await sql.query('update video.videos set status = $2, progress = $3 where id = $1', [clip, status, progress])
        const changed = { __typename: 'VideoChanged', video: expect.objectContaining({ id: clip, status }) as unknown }
        await expect.poll(() => live.events, patience).toContainEqual(expect.objectContaining(changed))
      }
      // As the worker does: with the status.
      await sql.query(
        "update video.videos set status = 'FAILED', failure = 'INTERNAL', outcome_id = 7, outcome_at = now() where id = $1",
        [clip],
      )
      const notification = { kind: 'VIDEO_FAILED', actorCount: 0, actors: [], video: { id: clip } }
      await expect
        .poll(() => live.events, patience)
        .toContainEqual(expect.objectContaining({ id: 'notification-7', notification, unreadCount: 1 }))
    } finally {
      await sql.end()
    }
    expect(ofBob.events.filter(({ __typename: type }) => type === 'VideoChanged')).toEqual([])
  })

  it('tells the other user of a conversation, and nobody else, who is typing and who is online', async () => {
    const [carol, dan, stranger] = [
      await network.person('carol'),
      await network.person('dan'),
      await network.person('stranger'),
    ]
    const sees = async (viewer: TestPerson, other: TestPerson) =>
      (
        await viewer.asks<{ conversation: { participantIsOnline: boolean | null } }>(
          'query ($id: ID!) { conversation(userId: $id) { participantIsOnline } }',
          { id: other.id },
        )
      ).conversation.participantIsOnline
    await carol.says(dan, 'hello')
    expect(await sees(carol, dan)).toBe(false)
    await using ofStranger = await listens(stranger)
    await using ofCarol = await listens(carol)
    const ofDan = await listens(dan)
    const typing = 'mutation ($id: ID!) { sendTyping(input: { toUserId: $id }) { __typename } }'
    await dan.asks(typing, { id: carol.id })
    await expect
      .poll(() => ofCarol.events, patience)
      .toContainEqual(
        expect.objectContaining({
          __typename: 'Typing',
          user: { id: dan.id, name: dan.name },
          conversation: { participant: { id: dan.id } },
        }),
      )
    expect([await sees(carol, dan), await sees(dan, carol)]).toEqual([true, true])
    expect([await sees(stranger, dan), await sees(dan, stranger)]).toEqual([null, null])
    await dan.says(carol, 'typed')
    await ofCarol.hears('typed')
    // Behind the message nothing can be on its way.
    const typed = ({ events }: Live) => events.filter(({ __typename: type }) => type === 'Typing').length
    expect([ofCarol, ofDan, ofStranger].map(typed)).toEqual([1, 0, 0])
    await ofDan[Symbol.asyncDispose]()
    await expect.poll(() => sees(carol, dan), patience).toBe(false)
    await using again = await listens(dan)
    await again.asks('{ viewer { id } }')
    await dan.asks('mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }', { id: carol.id })
    expect([await sees(carol, dan), await sees(dan, carol)]).toEqual([null, null])
  })

  it('goes on behind a cursor: what was missed comes first, once and in order', async () => {
    const first = await listens(bob)
    const begin = first.acknowledged.cursor
    await alice.says(bob, 'one')
    const { cursor } = await first.hears('one')
    await first[Symbol.asyncDispose]()
    await alice.says(bob, 'two')
    await alice.says(bob, 'three')

    const contents = ({ events }: Live) => events.map(({ message }) => message?.content)
    await using second = await listens(bob, cursor)
    await second.hears('three')
    await alice.says(bob, 'four')
    await second.hears('four')
    expect(contents(second)).toEqual(['two', 'three', 'four'])

    await using fromBegin = await listens(bob, begin)
    await fromBegin.hears('four')
    expect(contents(fromBegin)).toEqual(['one', 'two', 'three', 'four'])
  })

  it('shows nothing of what was sent by somebody who is blocked before it arrives', async () => {
    const carol = await network.person('carol')
    const dan = await network.person('dan')
    const away = await goLive(network, dan)
    const { cursor } = away.acknowledged
    await away[Symbol.asyncDispose]()
    await carol.says(dan, 'before the block')
    await dan.asks(`mutation ($id: ID!) { blockUser(input: { userId: $id }) { user { id } } }`, { id: carol.id })
    await alice.says(dan, 'hello dan')
    await using back = await listens(dan, cursor)
    await back.hears('hello dan')
    expect(back.events).toHaveLength(1)
    expect(back.errors).toEqual([])
  })

  it('answers aliases, fragments, conditions and variables as a query would', async () => {
    await using live = await goLive(network, bob)
    const query = `subscription ($with: Boolean!, $last: Int!) {
      what: events { kind: __typename ...Received ... on Event @skip(if: $with) { id } }
    }
    fragment Received on MessageReceived {
      said: message { text: content ...Sender @include(if: $with) }
      conversation { messages(last: $last) { edges { node { content } } } }
    }
    fragment Sender on Message { sender { name } }`
    const seen: unknown[] = []
    const stop = live.client.subscribe(
      { query, variables: { with: true, last: 1 } },
      { next: (value) => seen.push(value), error: (error) => seen.push(error), complete: () => undefined },
    )
    await alice.says(bob, 'with all of it')
    await vi.waitUntil(() => seen.length > 0, patience)
    expect(seen).toEqual([
      {
        data: {
          what: {
            kind: 'MessageReceived',
            said: { text: 'with all of it', sender: { name: alice.name } },
            conversation: { messages: { edges: [{ node: { content: 'with all of it' } }] } },
          },
        },
      },
    ])
    stop()
  })

  it('is read by curl, which goes on behind the last event that it saw', async () => {
    const query = encodeURIComponent(`subscription { events { ${selection} } }`)
    async function reads(headers: Record<string, string>, url: string, act: () => Promise<void>, until: string) {
      const controller = new AbortController()
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${bob.token}`, ...headers },
        signal: controller.signal,
      })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toContain('text/event-stream')
      await act()
      let text = ''
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true })
        if (text.includes(until)) break
      }
      controller.abort()
      return text
    }
    const text = await reads(
      {},
      `${network.graphqlUrl}/stream?query=${query}`,
      () => alice.says(bob, 'to curl'),
      'to curl',
    )
    const id = /id: (\S+)\nevent: next\ndata: .*to curl/.exec(text)?.[1] ?? ''
    expect(id).not.toBe('')
    await alice.says(bob, 'while away')
    const headers = { accept: 'text/event-stream', 'last-event-id': id }
    const more = await reads(headers, `${network.graphqlUrl}?query=${query}`, () => Promise.resolve(), 'while away')
    expect(more).not.toContain('to curl')
  })

  it('closes the sockets of a session that ends, within a second, and writes nothing more to them', async () => {
    const ends: Record<string, (person: TestPerson) => Promise<unknown>> = {
      logout: (person) => person.asks('mutation { logout { sessionId } }'),
      'every session': (person) => person.asks('mutation { revokeAllSessions { __typename } }'),
      password: (person) =>
        person.asks(`mutation {
          changePassword(input: { currentPassword: "password", newPassword: "another password" }) { __typename }
        }`),
    }
    for (const end of Object.values(ends)) {
      const erin = await network.person('erin')
      await using live = await listens(erin)
      const since = performance.now()
      await end(erin)
      expect(await live.closed).toMatchObject({ code: 4401 })
      expect(performance.now() - since).toBeLessThan(1_500)
      await alice.says(erin, 'after the end')
      await using anew = await goLive(network, erin)
      expect((await anew.closed).code).toBe(4401)
      expect(live.events).toEqual([])
    }
  })

  it('shows the subscription to whoever asks for the schema, and names the socket to who posts one', async () => {
    const { __schema: schema } = await alice.asks<{ __schema: { subscriptionType: unknown } }>(
      '{ __schema { subscriptionType { name fields { name } } } }',
    )
    expect(schema.subscriptionType).toEqual({ name: 'Subscription', fields: [{ name: 'events' }] })
    const response = await fetch(network.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { events { id } }' }),
    })
    const { errors } = (await response.json()) as { errors: { message: string }[] }
    expect(errors[0]?.message).toContain(`${network.graphqlUrl.replace('http', 'ws')} (graphql-transport-ws)`)
  })
})
