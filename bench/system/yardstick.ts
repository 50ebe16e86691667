import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const server = fileURLToPath(new URL('yardstick-server.ts', import.meta.url))

/** A server that only answers with fixed bytes: the upper limit of Node on this machine. */
export async function startYardstick(answer: Buffer): Promise<AsyncDisposable & { readonly url: URL }> {
  const child = spawn(process.execPath, ['--import', 'tsx/esm', server], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(answer)
  const ended = once(child, 'exit')
  const [url] = (await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => Promise.reject(new Error('the yardstick ended before it listened'))),
  ])) as [string]
  return {
    url: new URL(url),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
