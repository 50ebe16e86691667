import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { Stack } from '../../start/running.ts'
import { chromiumPath } from '../browser/chromium.ts'
import { bootNetwork } from '../network.ts'
import { patience } from '../waiting.ts'

/** A page of a browser, driven by the Chrome DevTools Protocol. */
interface Page {
  /** The value of an expression in the page. */
  evaluates(expression: string): Promise<unknown>
}

async function openPage(stack: Stack, executable: string, url: string): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), 'short-video-browser-'))
  stack.use({ [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 10 }) })
  const options = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run']
  const child = spawn(executable, [...options, '--remote-debugging-port=0', `--user-data-dir=${folder}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  stack.use({
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  })
  const lines = createInterface({ input: child.stderr })
  const port = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = /^DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
    void ended.then(() => reject(new Error('the browser did not start')))
  })
  interface Target {
    readonly type: string
    readonly webSocketDebuggerUrl: string
  }
  const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as Target[]
  const socket = new WebSocket(targets.find(({ type }) => type === 'page')?.webSocketDebuggerUrl ?? '')
  stack.use({ [Symbol.dispose]: () => socket.terminate() })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const waiting = new Map<number, (value: unknown) => void>()
  socket.on('message', (data: Buffer) => {
    const { id, result } = JSON.parse(data.toString()) as { id?: number; result?: { result: { value: unknown } } }
    if (id !== undefined) waiting.get(id)?.(result?.result.value)
  })
  let lastId = 0
  return {
    evaluates: (expression) =>
      new Promise((resolve) => {
        const id = ++lastId
        waiting.set(id, resolve)
        socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }))
      }),
  }
}

it.skipIf(chromiumPath === undefined)('GraphiQL shows events in a browser (needs Chromium)', async () => {
  await using stack = new Stack()
  const network = stack.use(await bootNetwork())
  const [alice, bob] = [await network.person('alice'), await network.person('bob')]
  const page = await openPage(stack, chromiumPath ?? '', `${new URL(network.graphqlUrl).origin}/graphiql`)
  const has = (selector: string) => page.evaluates(`document.querySelector(${JSON.stringify(selector)}) !== null`)
  await vi.waitUntil(() => has('.graphiql-query-editor .CodeMirror'), patience)
  const query = 'subscription Events { events { ... on MessageReceived { message { content sender { name } } } } }'
  const headers = JSON.stringify({ Authorization: `Bearer ${bob.token}` })
  await page.evaluates(`
    document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(${JSON.stringify(query)})
    const editors = [...document.querySelectorAll('.graphiql-editor-tool .CodeMirror')]
    editors.at(-1).CodeMirror.setValue(${JSON.stringify(headers)})`)
  // It offers a menu of operations until it has read the query.
  const begins = `(() => {
    const button = document.querySelector('.graphiql-execute-button')
    if (button.getAttribute('aria-label').startsWith('Stop')) return true
    button.click()
    return false
  })()`
  await vi.waitUntil(() => page.evaluates(begins), { ...patience, interval: 300 })
  const shown = async (): Promise<string> =>
    String(
      await page.evaluates(`document.querySelector('.graphiql-response .CodeMirror')?.CodeMirror.getValue() ?? ''`),
    )
  let sent = 0
  // It is not shown when the subscription has begun.
  await vi.waitUntil(
    async () => {
      await alice.says(bob, `message ${++sent}`)
      return (await shown()).includes('"content": "message')
    },
    { ...patience, interval: 500 },
  )
  expect(await shown()).toContain(`"name": "${alice.name}"`)
})
