import { EventEmitter } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { documentName, readOutput, type WebOutput, type WebSource } from '../output.ts'
import { bundleOptions } from './bundle.ts'
import { documentFor } from './document.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The web client in development: built anew whenever a source changes. */
export type WatchedWeb = Required<WebSource> & AsyncDisposable

/** Builds the web client, and again after each change of a source; an error of the build is printed. */
export async function watchWeb(print: (line: string) => void): Promise<WatchedWeb> {
  const { context, formatMessages } = await import('esbuild')
  const folder = await mkdtemp(join(tmpdir(), 'short-video-web-'))
  const changes = new EventEmitter()
  let output: WebOutput = { document: '', files: new Map() }
  let ready: (() => void) | undefined
  const firstBuild = new Promise<void>((resolve) => (ready = resolve))
  const options = bundleOptions(root, folder, { isDevelopment: true })
  const watching = await context({
    ...options,
    plugins: [
      {
        name: 'read what was built',
        setup(building) {
          building.onEnd(async ({ metafile, errors }) => {
            for (const text of await formatMessages(errors, { kind: 'error' })) print(text)
            if (metafile && errors.length === 0) {
              await writeFile(join(folder, documentName), documentFor(metafile))
              output = await readOutput(folder)
              changes.emit('change')
            }
            ready?.()
          })
        },
      },
    ],
  })
  await watching.watch()
  await firstBuild
  return {
    current: () => output,
    changes,
    async [Symbol.asyncDispose]() {
      await watching.dispose()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
