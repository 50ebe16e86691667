import { askedFields, type AskedFields } from '../../../platform/graphql/asked-fields.ts'
import { BadUserInput } from '../../../platform/runtime/errors.ts'
import { isId } from '../../../platform/graphql/ids.ts'
import { partnerIn } from '../../../platform/graphql/pair-ids.ts'
import { showListed, type ShownComment } from '../comments/viewing.ts'
import type { SocialContext, UserReference, VideoReference } from '../context.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showPerson, showVideo } from '../viewing.ts'

const mostIds = 100
/** Stands for an anonymous viewer, who has no id. */
const nobody = '0'

export const nodeResolvers: Resolvers = {
  Query: {
    node: (_, { id }, context, info) => findNode(id, context, askedFields(info)),
    nodes(_, { ids }, context, info) {
      if (ids.length > mostIds) {
        const messages = {
          en: `At most ${mostIds} ids can be asked for at once.`,
          zh: `一次最多查询 ${mostIds} 个编号。`,
        }
        throw new BadUserInput(messages)
      }
      return Promise.all(ids.map((id) => findNode(id, context, askedFields(info))))
    },
  },
}

/** The type of what `node` found. */
export function resolveNodeType(node: unknown): FoundNode['__typename'] {
  return (node as FoundNode).__typename
}

type FoundNode = UserReference | VideoReference | ShownComment | ElsewhereNode

/** Something of which its owner tells the rest. */
interface ElsewhereNode {
  readonly __typename: 'Message' | 'Conversation'
  readonly id: string
}

/** What an id is to the viewer, as the lists have it: null for what none of them would show. */
async function findNode(id: string, context: SocialContext, asked: AskedFields): Promise<FoundNode | null> {
  const { caller, nodes, boundaries } = context
  const viewerId = caller.viewer?.userId ?? nobody
  if (!isId(id)) return findConversation(id, viewerId, context)
  const pair = `${viewerId}:${id}`
  const type = (await nodes.typesOf([pair])).get(pair)
  if (type === undefined) return null
  if (type === 'Comment') {
    const [comment] = await showListed([id], context, asked)
    return comment ?? null
  }
  if (type === 'User') return showPerson(id, context, asked)
  if (type === 'Message') return { __typename: type, id }
  return (await boundaries.hiddenVideos([pair])).has(pair) ? null : showVideo(id, context, asked)
}

/** A conversation of the viewer with a person who is there, and whom he has not put away. */
async function findConversation(id: string, viewerId: string, context: SocialContext): Promise<ElsewhereNode | null> {
  const otherId = partnerIn(id, viewerId)
  if (otherId === null) return null
  const pair = `${viewerId}:${otherId}`
  if ((await context.nodes.typesOf([pair])).get(pair) !== 'User') return null
  const [flags] = await context.flags.ofPeople([otherId])
  return !flags || flags.isBlocked || flags.isMuted ? null : { __typename: 'Conversation', id }
}
