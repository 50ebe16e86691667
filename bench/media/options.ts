import { parseArgs } from 'node:util'
import { WrongOption } from '../options.ts'

/** The options of `npm run bench -- media`. */
export interface MediaOptions {
  /** Of the clips, in MB. */
  readonly sizes: readonly number[]
  /** How often each is published. */
  readonly rounds: number
}

/** The usage text of this part. */
export const mediaUsage = `npm run bench -- media [options]
  --sizes 1,11,60    of the clips that are published, in MB; a second of them is a MB
  --rounds 3         how often each is published; what is told is the median`

/** @throws WrongOption */
export function readMediaOptions(commandLine: readonly string[]): MediaOptions {
  const { sizes, rounds } = parse(commandLine)
  return { sizes: sizes.split(',').map((size) => positive('sizes', size)), rounds: positive('rounds', rounds) }
}

function parse(commandLine: readonly string[]) {
  try {
    const options = {
      sizes: { type: 'string', default: '1,11,60' },
      rounds: { type: 'string', default: '3' },
    } as const
    return parseArgs({ args: [...commandLine], options }).values
  } catch (error) {
    throw new WrongOption((error as Error).message)
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1)
    throw new WrongOption(`--${name}: “${text}” is no whole number above 0.`)
  return value
}
