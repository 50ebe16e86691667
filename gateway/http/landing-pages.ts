import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default'
import type { FastifyInstance } from 'fastify'
import { compressed } from '../../platform/http/compression.ts'

/** The initial query of Sandbox and GraphiQL. */
export const exampleQuery = `# To sign in, put the token of "login"
# or "register" into the headers.
query Feed {
  feed(first: 10) {
    edges {
      node {
        id
        title
        playUrl
        author {
          name
          isFollow
        }
        favoriteCount
        isFavorite
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`

/** The page of Apollo Sandbox, for browsers with internet access. */
export async function sandboxPage(): Promise<string> {
  const sandbox = ApolloServerPluginLandingPageLocalDefault({
    footer: false,
    document: exampleQuery,
    embed: { runTelemetry: false, initialState: { pollForSchemaUpdates: false } },
  })
  // The page does not depend on a server; nothing else of Apollo Server is used.
  const listener = await sandbox.serverWillStart?.({} as Parameters<NonNullable<typeof sandbox.serverWillStart>>[0])
  const { html } = (await listener?.renderLandingPage?.()) ?? { html: '' }
  return namingGraphiql(typeof html === 'function' ? await html() : html)
}

/** Without internet access, Sandbox says that it cannot be loaded; this adds an alternative. */
function namingGraphiql(html: string): string {
  return html.replace('you might be offline.', 'you might be offline. GraphiQL, at /graphiql, works without network.')
}

/** The files of GraphiQL, by package. */
const assets: Readonly<Record<string, { readonly package: string; readonly file: string; readonly type: string }>> = {
  'react.js': { package: 'react', file: 'umd/react.production.min.js', type: 'text/javascript' },
  'react-dom.js': { package: 'react-dom', file: 'umd/react-dom.production.min.js', type: 'text/javascript' },
  'graphiql.js': { package: 'graphiql', file: 'graphiql.min.js', type: 'text/javascript' },
  'graphiql.css': { package: 'graphiql', file: 'graphiql.min.css', type: 'text/css' },
}

/** What GraphiQL offers beside it: signed in, it tells what happens as it does. */
const exampleSubscription = `
subscription Events {
  events {
    id
    cursor
    ... on MessageReceived {
      message {
        content
      }
    }
  }
}
`

/** The page may load from this origin alone; GraphiQL sets styles at run time and brings fonts and icons along. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'font-src data:',
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For all pages; `x-frame-options` is for browsers without `frame-ancestors`. */
export const pageHeaders = { 'referrer-policy': 'no-referrer', 'x-frame-options': 'DENY' } as const

/** In addition to the policy in Sandbox's page: it may load from Apollo and from this origin. */
export const sandboxPolicy = [
  "default-src 'self' https://*.apollographql.com https://fonts.googleapis.com https://fonts.gstatic.com",
  "script-src 'self' 'unsafe-inline' https://*.apollographql.com",
  "style-src 'self' 'unsafe-inline' https://*.apollographql.com https://fonts.googleapis.com",
  "img-src 'self' data: https://*.apollographql.com",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Leads from `/` to the GraphQL address. */
export function redirectToGraph(app: FastifyInstance, graphqlPath: string): void {
  app.get('/', (_request, reply) => reply.redirect(graphqlPath))
}

/** Serves GraphiQL at `/graphiql`, entirely from this origin. */
export function serveGraphiql(app: FastifyInstance, graphqlPath: string): void {
  const { resolve } = createRequire(import.meta.url)

  app.get('/graphiql', (request, reply) => {
    void reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': contentSecurityPolicy, ...pageHeaders })
    return compressed(request, reply, page, 'thorough')
  })

  app.get('/graphiql/start.js', (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').send(startScript(graphqlPath)),
  )

  for (const [name, asset] of Object.entries(assets)) {
    let content: Promise<Buffer> | undefined
    app.get(`/graphiql/${name}`, async (request, reply) => {
      content ??= readFile(join(dirname(resolve(`${asset.package}/package.json`)), asset.file))
      void reply.type(`${asset.type}; charset=utf-8`).header('cache-control', 'public, max-age=3600')
      return compressed(request, reply, await content, 'thorough')
    })
  }
}

const page = Buffer.from(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>GraphiQL</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/graphiql/graphiql.css" />
    <style>
      html, body, #graphiql { height: 100%; margin: 0; }
    </style>
  </head>
  <body>
    <div id="graphiql">Loading…</div>
    <script src="/graphiql/react.js"></script>
    <script src="/graphiql/react-dom.js"></script>
    <script src="/graphiql/graphiql.js"></script>
    <script src="/graphiql/start.js"></script>
  </body>
</html>
`)

function startScript(graphqlPath: string): string {
  const properties = {
    defaultQuery: exampleQuery + exampleSubscription,
    defaultHeaders: '{\n  "Authorization": "Bearer "\n}',
  }
  return `const properties = ${JSON.stringify(properties)}
const url = new URL(${JSON.stringify(graphqlPath)}, location.href)
const socketUrl = url.href.replace(/^http/, 'ws')
// A socket is let in by who its first message says it is: one for each set of headers.
const fetchers = new Map()
properties.fetcher = (parameters, options = {}) => {
  const headers = options.headers ?? {}
  const key = JSON.stringify(headers)
  if (!fetchers.has(key)) {
    const wsConnectionParams = { headers }
    fetchers.set(key, GraphiQL.createFetcher({ url: url.href, subscriptionUrl: socketUrl, wsConnectionParams }))
  }
  return fetchers.get(key)(parameters, options)
}
ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, properties))
`
}
