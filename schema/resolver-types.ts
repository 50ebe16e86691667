import { codegen } from '@graphql-codegen/core'
import * as typescriptPlugin from '@graphql-codegen/typescript'
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers'
import {
  buildASTSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  type DocumentNode,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'
import type { Owner } from '../db/ownership.ts'

/** The row types behind GraphQL types, so that resolvers are typed by what repositories return. */
const mappers: Readonly<Record<Owner, Readonly<Record<string, string>>>> = {
  user: {
    AuditEntry: './moderation/repository.ts#AuditRow',
    User: './profiles/profile.ts#Profile',
    Session: './sessions/repository.ts#SessionRow',
  },
  video: {
    AuditEntry: './moderation/repository.ts#AuditRow',
    TakenDownVideo: './moderation/repository.ts#TakeDownRow',
    EventReference: '../../platform/graphql/events.ts#EventRow',
    Rendition: './videos/repository.ts#RenditionRow',
    Topic: './titles/read-title.ts#TitleTopic',
    Mention: '../../platform/text/mentions.ts#MentionPlace',
    RecommendedVideoEdge: './recommended/recommend.ts#RecommendedEdge',
    WatchProgress: './views/repository.ts#Progress',
    Upload: './uploads/repository.ts#UploadRow',
    UploadLimits: './storage/limits.ts#VideoLimits',
    Video: './videos/shown-video.ts#ShownVideo',
    User: './user-reference.ts#UserReference',
  },
  social: {
    AuditEntry: './reports/repository.ts#AuditRow',
    Comment: './comments/viewing.ts#ShownComment',
    Mention: './comments/details.ts#ShownMention',
    EventReference: '../../platform/graphql/events.ts#EventRow',
    Report: './reports/repository.ts#ReportRow',
    ReportCase: './reports/repository.ts#ReportCaseRow',
    Notification: './notifications/viewing.ts#ShownNotification',
    User: './context.ts#UserReference',
    Video: './context.ts#VideoReference',
  },
  chat: {
    Message: './messages/repository.ts#MessageRow',
    Conversation: './conversations/repository.ts#ConversationRow',
    EventReference: '../../platform/graphql/events.ts#EventRow',
    User: './context.ts#UserReference',
  },
}

/** The types of a subgraph's resolvers, generated from its SDL. */
export async function resolverTypes(name: Owner, typeDefs: DocumentNode): Promise<string> {
  // Only the gateway knows federation's directives.
  const schema = buildASTSchema(typeDefs, { assumeValid: true, assumeValidSDL: true })
  const types = await codegen({
    filename: 'schema.generated.ts',
    schema: typeDefs,
    schemaAst: schema,
    documents: [],
    config: {
      contextType: `./context.ts#${name[0]?.toUpperCase() ?? ''}${name.slice(1)}Context`,
      mappers: mappers[name],
      federation: true,
      useTypeImports: true,
      emitLegacyCommonJSImports: false,
      importExtension: '.ts',
      enumsAsTypes: true,
      scalars: { DateTime: { input: 'Date', output: 'Date | string' }, ID: { input: 'string', output: 'string' } },
      immutableTypes: true,
      // The compiled executor awaits the result of a resolver, but not promises inside it.
      resolverTypeWrapperSignature: 'T',
    },
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
  })
  return `import type { Visible } from '../../platform/graphql/list.ts'\n${visibleLists(types, schema)}`
}

/** Has the resolver of every list answer what was made by the steps of a list, so that none forgets who is shown what. */
function visibleLists(types: string, schema: GraphQLSchema): string {
  let text = types
  for (const { type, field } of listsOf(schema)) {
    const [start, end] = [
      text.indexOf(`export type ${type}Resolvers<`),
      text.indexOf('\n};', text.indexOf(`export type ${type}Resolvers<`)),
    ]
    const before = text.slice(start, end)
    const after = before.replace(
      new RegExp(`^(  ${field}\\?: Resolver<)(.+?)(, ParentType, ContextType)`, 'm'),
      '$1Visible<$2>$3',
    )
    if (start < 0 || after === before) throw new Error(`${type}.${field} has no resolver type`)
    text = text.slice(0, start) + after + text.slice(end)
  }
  return text
}

/** Every field that answers a connection, or a list of nodes. */
export function listsOf(schema: GraphQLSchema): { readonly type: string; readonly field: string }[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!isObjectType(type) || type.name.startsWith('__')) return []
    return Object.values(type.getFields())
      .filter((field) => isList(field.type))
      .map((field) => ({ type: type.name, field: field.name }))
  })
}

function isList(type: GraphQLOutputType): boolean {
  const nullable = getNullableType(type)
  if (!isListType(nullable)) return isObjectType(nullable) && nullable.name.endsWith('Connection')
  const item = getNamedType(nullable)
  if (isInterfaceType(item)) return item.name === 'Node'
  return isObjectType(item) && item.getInterfaces().some(({ name }) => name === 'Node')
}
