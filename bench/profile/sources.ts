import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A place in the code; lines and columns begin at 0. */
export interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
  readonly columnNumber: number
}

/** Maps places in compiled files to their sources. */
export function namingSources(): (frame: CallFrame) => CallFrame {
  const maps = new Map<string, SourceMap | null>()

  function mapOf(url: string): SourceMap | null {
    const known = maps.get(url)
    if (known !== undefined) return known
    const map = url.startsWith('file:') && url.endsWith('.mjs') ? readMap(`${fileURLToPath(url)}.map`) : null
    maps.set(url, map)
    return map
  }

  return (frame) => {
    const entry = mapOf(frame.url)?.findEntry(frame.lineNumber, frame.columnNumber)
    if (!entry || !('originalSource' in entry)) return frame
    const { originalSource, originalLine } = entry
    return { ...frame, url: new URL(originalSource, frame.url).href, lineNumber: originalLine }
  }
}

function readMap(path: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
  } catch {
    return null
  }
}
