import { BadUserInput } from '../../../platform/errors.ts'
import { isId } from '../../../platform/ids.ts'
import { partnerIn } from '../../../platform/pair-ids.ts'
import type { SocialContext } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'

const mostIds = 100
/** Stands for an anonymous viewer, who has no id. */
const nobody = '0'

export const nodeResolvers: Resolvers = {
  Query: {
    node: (_, { id }, context) => findNode(id, context),
    nodes(_, { ids }, context) {
      if (ids.length > mostIds) {
        const messages = {
          en: `At most ${mostIds} ids can be asked for at once.`,
          zh: `一次最多查询 ${mostIds} 个编号。`,
        }
        throw new BadUserInput(messages)
      }
      return Promise.all(ids.map((id) => findNode(id, context)))
    },
  },
}

/** The type of what `node` found. */
export function resolveNodeType(node: unknown): TypedNode['__typename'] {
  return (node as TypedNode).__typename
}

/** Something of which the owner tells the rest. */
interface TypedNode {
  readonly __typename: 'User' | 'Video' | 'Comment' | 'Message' | 'Conversation'
  readonly id: string
}

/** What an id is to the viewer, as the lists have it: null for what none of them would show. */
async function findNode(id: string, context: SocialContext): Promise<(TypedNode & object) | null> {
  const { caller, nodes, boundaries, loaders } = context
  const viewerId = caller.viewer?.userId ?? nobody
  if (!isId(id)) return findConversation(id, viewerId, context)
  const pair = `${viewerId}:${id}`
  const type = (await nodes.typesOf([pair])).get(pair)
  if (type === undefined) return null
  if (type === 'Comment') {
    const comment = await loaders.shownComment.load(id)
    return comment && { ...comment, __typename: type }
  }
  const isHidden = type === 'Video' && (await boundaries.hiddenVideos([pair])).has(pair)
  return isHidden ? null : { __typename: type, id }
}

/** A conversation of the viewer with a person who is there, and whom he has not put away. */
async function findConversation(id: string, viewerId: string, context: SocialContext): Promise<TypedNode | null> {
  const otherId = partnerIn(id, viewerId)
  if (otherId === null) return null
  const pair = `${viewerId}:${otherId}`
  if ((await context.nodes.typesOf([pair])).get(pair) !== 'User') return null
  const { isBlocked, isMuted } = await context.loaders.personFlags.load(otherId)
  return isBlocked || isMuted ? null : { __typename: 'Conversation', id }
}
