import { askedFields, type AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { eachOf, together, type Visible } from '../../../platform/graphql/list.ts'
import type { MaybePromise } from '../../../platform/graphql/maybe-promise.ts'
import { isId } from '../../../platform/graphql/ids.ts'
import { partnerIn } from '../../../platform/graphql/pair-ids.ts'
import { unlessBlockedOrMuted } from '../boundaries/visible-to.ts'
import { showListed, type ShownComment } from '../comments/viewing.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { whereVideosAreShown } from '../videos/shown-to.ts'
import { showUsers, showVideos } from '../viewing.ts'
import type { NodeType } from './repository.ts'

const maxIds = 100
/** The id of an anonymous viewer. */
const nobody = '0'

export const nodeResolvers: Resolvers = {
  Query: {
    node: (_, { id }, context, info) => findNode(id, context, askedFields(info)),
    async nodes(_, { ids }, context, info) {
      if (ids.length > maxIds) {
        const messages = {
          en: `At most ${maxIds} ids can be requested at once.`,
          zh: `一次最多查询 ${maxIds} 个编号。`,
        }
        throw new BadUserInput(messages)
      }
      return together<FoundNode>(await Promise.all(ids.map((id) => findNode(id, context, askedFields(info)))))
    },
  },
}

/** The type of an object found by `node`. */
export function resolveNodeType(node: unknown): FoundNode['__typename'] {
  return (node as FoundNode).__typename
}

type FoundNode = UserReference | VideoReference | ShownComment | ElsewhereNode

/** An object whose other fields its owner resolves. */
interface ElsewhereNode {
  readonly __typename: 'Message' | 'Conversation'
  readonly id: string
}

/** An object as the viewer may see it in lists; null if they may not. */
async function findNode(id: string, context: SocialContext, asked: AskedFields): Promise<Visible<FoundNode> | null> {
  const type = isId(id) ? await typeOf(id, context) : 'Conversation'
  const [node = null] = type === undefined ? [] : await show[type](id, context, asked)
  return node
}

type Show = (
  id: string,
  context: SocialContext,
  asked: AskedFields,
) => MaybePromise<readonly (Visible<FoundNode> | null)[]>

const show: Readonly<Record<FoundNode['__typename'], Show>> = {
  Comment: (id, context, asked) => showListed([id], context, asked),
  User: (id, context, asked) =>
    eachOf([id], { visibleTo: 'everybody', present: (ids) => showUsers(ids, context, asked) }),
  Video: (id, context, asked) =>
    eachOf([{ otherId: id }], {
      visibleTo: whereVideosAreShown(context),
      present: () => showVideos([id], context, asked),
    }),
  // Only its two users can find out that it is a message.
  Message: (id) => eachOf([id], { visibleTo: 'by statement', present: () => [{ __typename: 'Message', id }] }),
  /** A conversation of the viewer with an existing user. */
  async Conversation(id, context) {
    const otherId = partnerIn(id, context.caller.viewer?.userId ?? nobody)
    const isThere = otherId !== null && (await typeOf(otherId, context)) === 'User'
    return eachOf([isThere ? otherId : null], {
      visibleTo: unlessBlockedOrMuted(context, (userId) => userId),
      present: () => [{ __typename: 'Conversation', id }],
    })
  },
}

/** The type of an object with a numeric id. */
async function typeOf(id: string, { caller, nodes }: SocialContext): Promise<NodeType | undefined> {
  const pair = `${caller.viewer?.userId ?? nobody}:${id}`
  return (await nodes.typesOf([pair])).get(pair)
}
