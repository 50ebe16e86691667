import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayUnderTest } from '../../testing/gateway.ts'
import { headMark, type WebOutput } from '../../web/output.ts'
import { routes } from '../../web/routes.ts'
import type { Gateway } from '../server.ts'

const script = Buffer.from('void 0 // a script')
const output: WebOutput = {
  document: `<!doctype html><html><head>${headMark}</head><body></body></html>`,
  files: new Map([
    ['main-1A2B.js', { type: 'text/javascript; charset=utf-8', content: script, br: Buffer.from('compressed') }],
  ]),
}

let gateway: Gateway
beforeAll(async () => {
  gateway = await gatewayUnderTest({ web: { current: () => output }, contentUrl: 'https://media.example/' })
})
afterAll(() => gateway[Symbol.asyncDispose]())

const get = (url: string, headers: Record<string, string> = {}) => gateway.app.inject({ url, headers })

describe('the web client', () => {
  it.each(Object.values(routes))('has its document at %s', async (path) => {
    const { statusCode, headers, body } = await get(path.replace(/:\w+/, '101'))
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
    expect(body).toContain('<title>')
    expect(body).not.toContain(headMark)
  })

  it('may run no script and no style within the document, and load from nowhere but here and the object store', async () => {
    const policy = String((await get('/')).headers['content-security-policy'])
    expect(policy).not.toMatch(/unsafe|\*/)
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("media-src 'self' https://media.example blob:")
    expect(policy).toContain("connect-src 'self' https://media.example")
  })

  it('has files that browsers keep for ever, in the encoding that they accept', async () => {
    const plain = await get('/web/main-1A2B.js')
    expect(plain.body).toBe(script.toString())
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    })
    const compressed = await get('/web/main-1A2B.js', { 'accept-encoding': 'gzip, br' })
    expect(compressed.headers['content-encoding']).toBe('br')
    expect(compressed.body).toBe('compressed')
    expect((await get('/web/main-0000.js')).statusCode).toBe(404)
    expect((await get('/web/..%2foutput.ts')).statusCode).toBe(404)
  })

  it('leaves the pages for developers where they were', async () => {
    expect((await get('/graphiql')).body).toContain('GraphiQL')
    expect((await get('/graphql', { accept: 'text/html' })).body).toContain('embeddable-sandbox')
  })

  it('answers addresses that are no pages as before', async () => {
    expect((await get('/wp-login.php')).statusCode).toBe(404)
  })
})

describe('the link of a video', () => {
  const headOf = async (id: string, of = gateway): Promise<string> =>
    (await of.app.inject({ url: `/v/${id}`, headers: { host: 'clips.example' } })).body

  it('says in Open Graph tags what the video is', async () => {
    const head = await headOf('101')
    expect(head).toContain('<title>sunset · Short video</title>')
    expect(head).toContain('<meta property="og:title" content="sunset" />')
    expect(head).toContain('<meta property="og:description" content="@alice" />')
    expect(head).toContain('<meta property="og:url" content="http://clips.example/v/101" />')
    expect(head).toContain('<meta property="og:image" content="c" />')
    expect(head).toContain('<meta property="og:video" content="p" />')
  })

  it.each(['999', 'not-an-id', '%3Cscript%3E'])('says nothing of %s, which is not to be seen', async (id) => {
    const head = await headOf(id)
    expect(head).toContain('<meta property="og:title" content="Short video" />')
    expect(head).not.toMatch(/og:video|og:url|script/)
  })

  it('puts no markup of titles into the document', async () => {
    const { describePage } = await import('./web-client/link-preview.ts')
    const title = `</title><script>alert("1")</script>'&`
    const video = { title, coverUrl: 'c"', playUrl: 'p', width: 1, height: 1, author: { name: '"><b>' } }
    const head = describePage({ video, url: 'u' })
    expect(head).not.toMatch(/<script|<b>|c""/)
    expect(head).toContain('&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39;&amp;')
  })
})
