import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { varyBy } from './vary.ts'
import { weightIn } from './weights.ts'

/** The encodings of answers. */

type Encoding = 'br' | 'gzip'

/** Longer than any client's; what is behind it is not read. */
const longestHeader = 500
/** From here on compressing saves more than it costs, in bytes. */
export const worthwhile = 1_024

/** For what is made anew again and again; what is the same for months is compressed as well as can be. */
const efforts = { quick: { br: 4, gzip: 1 }, thorough: { br: 9, gzip: 9 } } as const
type Effort = keyof typeof efforts

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

/** The encoding that a client takes, by the weights of its Accept-Encoding header (RFC 9110 §12.5.3); null for none. */
export function acceptedEncoding(header: string | undefined): Encoding | null {
  if (!header) return null
  const weights = new Map<string, number>()
  for (const choice of header.slice(0, longestHeader).toLowerCase().split(',')) {
    const [name = '', ...parameters] = choice.split(';').map((part) => part.trim())
    weights.set(name === 'x-gzip' ? 'gzip' : name, weightIn(parameters))
  }
  const others = weights.get('*') ?? 0
  const weightOf = (encoding: Encoding): number => weights.get(encoding) ?? others
  const best = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip'
  const weight = weightOf(best)
  return weight > 0 && weight >= (weights.get('identity') ?? 0) ? best : null
}

/** What was compressed already, by the bytes that it was; many are answered with the same ones. */
const known = new WeakMap<Buffer, Partial<Record<Encoding, Promise<Buffer>>>>()

/**
 * An answer in the encoding that its client takes, and the headers that say so. A text that is not compressed stays one: Node
 * sends it with its headers at once, which is cheaper than bytes behind them. The work is done beside the
 * event loop. Never for an answer that holds a secret: from its length, whoever can have his own words in it could guess
 * the secret (BREACH).
 */
export async function compressed(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  content: Buffer | string,
  effort: Effort = 'quick',
): Promise<Buffer | string> {
  if (content.length < worthwhile) return content
  varyBy(reply, 'accept-encoding')
  const encoding = acceptedEncoding(headers['accept-encoding'])
  if (encoding === null) return content
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  void reply.header('content-encoding', encoding)
  const before = known.get(bytes) ?? {}
  known.set(bytes, before)
  return (before[encoding] ??= encode(bytes, encoding, efforts[effort][encoding]))
}

function encode(bytes: Buffer, encoding: Encoding, level: number): Promise<Buffer> {
  if (encoding === 'gzip') return compressGzip(bytes, { level })
  const { BROTLI_PARAM_QUALITY: quality, BROTLI_PARAM_SIZE_HINT: size } = constants
  return compressBrotli(bytes, { params: { [quality]: level, [size]: bytes.length } })
}
