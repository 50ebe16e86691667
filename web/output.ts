import type { EventEmitter } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

/** A built file with its compressed forms, where they are smaller. */
export interface BuiltFile {
  readonly type: string
  readonly content: Buffer
  readonly br?: Buffer | undefined
  readonly gzip?: Buffer | undefined
}

/** The web client as it was built. */
export interface WebOutput {
  /** The document of all pages; `headMark` stands where tags of one page belong. */
  readonly document: string
  /** The other files by name; each name contains a hash of the content. */
  readonly files: ReadonlyMap<string, BuiltFile>
}

/** Where a server takes the web client from. */
export interface WebSource {
  current(): WebOutput
  /** Emits `change` when there is another output; only in development. */
  readonly changes?: EventEmitter
}

/** The folder of the files within the address space of the server. */
export const filesPath = '/web'
/** The place in the head of the document for tags of one page. */
export const headMark = '<!-- head -->'
export const documentName = 'index.html'

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Reads a folder that `buildWeb` has written. */
export async function readOutput(folder: string): Promise<WebOutput> {
  const names = await readdir(folder)
  const read = (name: string): Promise<Buffer | undefined> =>
    names.includes(name) ? readFile(join(folder, name)) : Promise.resolve(undefined)
  const files = await Promise.all(
    names
      .filter((name) => types[extname(name)] !== undefined)
      .map(async (name) => {
        const [content, br, gzip] = await Promise.all([
          readFile(join(folder, name)),
          read(`${name}.br`),
          read(`${name}.gz`),
        ])
        return [name, { type: types[extname(name)] ?? '', content, br, gzip }] as const
      }),
  )
  return { document: await readFile(join(folder, documentName), 'utf8'), files: new Map(files) }
}
