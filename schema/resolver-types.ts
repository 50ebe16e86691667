import { codegen } from '@graphql-codegen/core'
import * as typescriptPlugin from '@graphql-codegen/typescript'
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers'
import { buildASTSchema, type DocumentNode } from 'graphql'

export const subgraphNames = ['user', 'video', 'social', 'chat'] as const
export type SubgraphName = (typeof subgraphNames)[number]

/** The row types behind GraphQL types, so that resolvers are typed by what repositories return. */
const mappers: Record<SubgraphName, Record<string, string>> = {
  user: {
    AuditEntry: './moderation/repository.ts#AuditRow',
    User: './profiles/profile.ts#Profile',
    Session: './sessions/repository.ts#SessionRow',
  },
  video: {
    AuditEntry: './moderation/repository.ts#AuditRow',
    TakenDownVideo: './moderation/repository.ts#TakeDownRow',
    Rendition: './videos/repository.ts#RenditionRow',
    Upload: './uploads/repository.ts#UploadRow',
    UploadLimits: './storage/limits.ts#VideoLimits',
    Video: './videos/shown-video.ts#ShownVideo',
    User: './user-reference.ts#UserReference',
  },
  social: {
    Comment: './comments/viewing.ts#ShownComment',
    User: './context.ts#UserReference',
    Video: './context.ts#VideoReference',
  },
  chat: {
    Message: './messages/repository.ts#MessageRow',
    Conversation: './conversations/repository.ts#ConversationRow',
    EventReference: './events/repository.ts#EventRow',
    User: './context.ts#UserReference',
  },
}

/** The types of a subgraph's resolvers, generated from its SDL. */
export function resolverTypes(name: SubgraphName, typeDefs: DocumentNode): Promise<string> {
  return codegen({
    filename: 'schema.generated.ts',
    schema: typeDefs,
    // Only the gateway knows federation's directives.
    schemaAst: buildASTSchema(typeDefs, { assumeValid: true, assumeValidSDL: true }),
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
}
