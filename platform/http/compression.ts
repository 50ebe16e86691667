import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { signedPrefix } from '../storage/signed-folders.ts'
import { varyBy } from './vary.ts'
import { weightIn } from './weights.ts'

type Encoding = 'br' | 'gzip'

/** Longer than any client sends; the rest of the header is ignored. */
const longestHeader = 500
/** The size, in bytes, from which compression saves more than it costs. */
export const worthwhile = 1_024

/** `quick` is for answers that change all the time, `thorough` for files that stay the same for months. */
const efforts = { quick: { br: 4, gzip: 1 }, thorough: { br: 9, gzip: 9 } } as const
type Effort = keyof typeof efforts

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)

/** The encoding that a client prefers, by the weights of its Accept-Encoding header (RFC 9110 §12.5.3); null for none. */
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

/** Compressed bodies by their original buffer; the same buffer often answers many requests. */
const known = new WeakMap<Buffer, Partial<Record<Encoding, Promise<Buffer>>>>()

/**
 * Compresses a body with the encoding that the client accepts, and sets the headers for it. An uncompressed text stays a
 * string: Node then sends it together with its headers, which is cheaper than a separate write. The work is done off the event
 * loop.
 *
 * Never use it for answers that contain a secret: from the compressed length, an attacker who can put text of their own into
 * the answer could guess the secret (BREACH). An answer with a signed address stays uncompressed.
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
  if (content.includes(signedPrefix)) return content
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
