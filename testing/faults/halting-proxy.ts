import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A proxy for an object store that can hold a request back forever. */
export interface HaltingProxy extends AsyncDisposable {
  /** The address of the object store through this proxy. */
  readonly url: string
  /** Resets the proxy: lets this many requests through whose path contains a text, and none after them. */
  halt(concerning: string, count: number): void
  /** Resolves when a request is held back. */
  readonly halted: Promise<string>
  /** The requests let through since the reset, as method and path. */
  readonly passed: readonly string[]
}

/** Opens an HTTP proxy on a free port; requests are forwarded unchanged, with the host they are signed for. */
export async function openHaltingProxy(storeUrl: string): Promise<HaltingProxy> {
  const { hostname, port } = new URL(storeUrl)
  let rule = { concerning: '', count: Infinity }
  let passed: string[] = []
  let halted = Promise.resolve('')
  let hold: (request: string) => void = () => undefined

  function isHeld({ method = '', url = '' }: IncomingMessage): boolean {
    if (!url.includes(rule.concerning)) return false
    if (passed.length >= rule.count) {
      hold(`${method} ${url}`)
      return true
    }
    passed.push(`${method} ${url}`)
    return false
  }

  const server = createServer((incoming, answer) => {
    incoming.on('error', () => undefined)
    answer.on('error', () => undefined)
    if (isHeld(incoming)) return
    const { method, url, headers } = incoming
    const outgoing = request({ hostname, port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', () => answer.destroy())
    incoming.pipe(outgoing)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    halt(concerning, count) {
      rule = { concerning, count }
      passed = []
      halted = new Promise((resolve) => (hold = resolve))
    },
    get halted() {
      return halted
    },
    get passed() {
      return passed
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
