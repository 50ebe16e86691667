import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** What a user knows of a fact after the last answer about it; `unknown` once an answer did not come. */
export type Belief = 'true' | 'false' | 'unknown'

/** The system that a storm writes to. */
export interface Target {
  /** The ids of users who may act. */
  readonly people: readonly string[]
  /**
   * Executes an operation and returns its data; null when it was rejected.
   *
   * @throws an error with the code ECONNREFUSED when it was not sent; any other error when its outcome is unknown.
   */
  send(userId: string, query: string, variables: Readonly<Record<string, string>>): Promise<unknown>
}

/** Users who like, follow and comment, and undo it, as fast as they are answered. Disposing waits for all last answers. */
export interface Storm extends AsyncDisposable {
  /** By facts such as `3 likes 5`, `3 follows 4` and `3 says 3-17`. */
  readonly beliefs: ReadonlyMap<string, Belief>
  /** How many changes have been acknowledged. */
  acknowledged(): number
}

/** How long a user without an answer waits before continuing. */
const pauseMs = 20

const mutations = {
  like: 'mutation ($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id } } }',
  unlike: 'mutation ($id: ID!) { unfavoriteVideo(input: { videoId: $id }) { video { id } } }',
  follow: 'mutation ($id: ID!) { followUser(input: { userId: $id }) { user { id } } }',
  unfollow: 'mutation ($id: ID!) { unfollowUser(input: { userId: $id }) { user { id } } }',
  comment:
    'mutation ($id: ID!, $content: String!) { addComment(input: { videoId: $id, content: $content }) { comment { id } } }',
  deleteComment: 'mutation ($id: ID!) { deleteComment(input: { commentId: $id }) { commentId } }',
}

/** Starts a storm. A fact is not touched again once it is unknown. */
export function startStorm(target: Target, videoIds: readonly string[]): Storm {
  const { people } = target
  const beliefs = new Map<string, Belief>()
  let acknowledged = 0
  let isOver = false

  async function change(
    userId: string,
    fact: string,
    belief: Belief,
    mutation: keyof typeof mutations,
    variables: Readonly<Record<string, string>>,
  ): Promise<unknown> {
    const before = beliefs.get(fact)
    if (before === 'unknown') return null
    beliefs.set(fact, 'unknown')
    try {
      const data = await target.send(userId, mutations[mutation], variables)
      if (data === null) return null
      beliefs.set(fact, belief)
      acknowledged += 1
      return data
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') beliefs.set(fact, before ?? 'false')
      await delay(pauseMs)
      return null
    }
  }

  async function live(userId: string): Promise<void> {
    const comments: { readonly fact: string; readonly id: string }[] = []
    const others = people.filter((id) => id !== userId)
    for (let turn = 0; !isOver; turn++) {
      const isWanted = randomInt(2) === 1
      const belief = isWanted ? 'true' : 'false'
      const doing = oneOf(['like', 'like', 'follow', 'comment'])
      if (doing === 'like') {
        const id = oneOf(videoIds)
        await change(userId, `${userId} likes ${id}`, belief, isWanted ? 'like' : 'unlike', { id })
      } else if (doing === 'follow') {
        const id = oneOf(others)
        await change(userId, `${userId} follows ${id}`, belief, isWanted ? 'follow' : 'unfollow', { id })
      } else if (isWanted) {
        const content = `${userId}-${turn}`
        const fact = `${userId} says ${content}`
        const data = await change(userId, fact, 'true', 'comment', { id: oneOf(videoIds), content })
        if (data)
          comments.push({ fact, id: (data as { addComment: { comment: { id: string } } }).addComment.comment.id })
      } else {
        const own = comments.pop()
        if (own) await change(userId, own.fact, 'false', 'deleteComment', { id: own.id })
      }
    }
  }

  const lives = people.map(live)
  return {
    beliefs,
    acknowledged: () => acknowledged,
    async [Symbol.asyncDispose]() {
      isOver = true
      await Promise.all(lives)
    },
  }
}

function oneOf<Choice>(choices: readonly Choice[]): Choice {
  return choices[randomInt(choices.length)] as Choice
}
