import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { codegen } from '@graphql-codegen/core'
import { preset } from '@graphql-codegen/client-preset'
import { parse, printSchema } from 'graphql'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { publicSchema } from '../../schema/public-schema.ts'

const operations = `
  query Feed($first: Int!) { feed(first: $first) { edges { node { id title author { name } } } } }
  query Thing($id: ID!) { node(id: $id) { __typename id ... on Comment { content } } }
  mutation Like($id: ID!) { favoriteVideo(input: { videoId: $id }) { video { id favoriteCount isFavorite } } }`
/** An application that uses the types. The last line must not compile. */
const application = `
  import { FeedDocument, LikeDocument, type FeedQuery } from './graphql'
  import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'
  declare function ask<Data, Variables>(query: DocumentTypeDecoration<Data, Variables>, variables: Variables): Data
  export const titles: string[] = ask(FeedDocument, { first: 3 }).feed.edges.map(({ node }) => node?.title ?? '')
  export const count: number | null | undefined = ask(LikeDocument, { id: '1' }).favoriteVideo?.video.favoriteCount
  export type Author = NonNullable<FeedQuery['feed']['edges'][number]['node']>['author']
  ask(LikeDocument, { video: '1' })`

it('the client preset of graphql-codegen makes types that compile', { timeout: 60_000 }, async () => {
  const schemaAst = publicSchema(readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8'))
  // Nothing is written; the compiler finds packages from this folder.
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const parts = await preset.buildGeneratesSection({
    baseOutputDir: folder,
    schema: parse(printSchema(schemaAst)),
    schemaAst,
    documents: [{ location: 'application.ts', document: parse(operations), rawSDL: operations }],
    config: { useTypeImports: true },
    presetConfig: { fragmentMasking: false },
    plugins: [],
    pluginMap: {},
  })
  const files = new Map([[`${folder}application.ts`, application]])
  for (const part of parts) files.set(part.filename, await codegen(part))

  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  }
  const host = ts.createCompilerHost(options)
  const onDisk = { ...host }
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name)
  host.readFile = (name) => files.get(name) ?? onDisk.readFile(name)
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name)
    return text === undefined ? onDisk.getSourceFile(name, target, ...rest) : ts.createSourceFile(name, text, target)
  }
  const found = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host))
  const places = found.map(({ file, start }) => file?.text.slice(start).split('\n')[0])
  expect([places, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))]).toEqual([
    [expect.stringContaining("video: '1'")],
    [expect.stringContaining("'video' does not exist")],
  ])
})
