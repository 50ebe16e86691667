import { afterAll, beforeAll, expect, it } from 'vitest'
import { authenticate } from '../../embedded/s3/authentication.ts'
import { parseBucketPolicy } from '../../embedded/s3/bucket-policy.ts'
import { evaluateConditions, readConditions } from '../../embedded/s3/conditions.ts'
import { readUploadForm } from '../../embedded/s3/form-data.ts'
import { parsePostPolicy } from '../../embedded/s3/post-policy.ts'
import { parseRange } from '../../embedded/s3/range.ts'
import type { S3Request } from '../../embedded/s3/request.ts'
import { parseXml } from '../../embedded/s3/xml.ts'
import { tooManyTokens } from '../../gateway/operation/admission.ts'
import { accessTokenKeys, gatewayUnderTest, post, stubs } from '../gateway.ts'
import type { Gateway } from '../../gateway/server.ts'
import { verifyAccessToken } from '../../platform/auth/access-token.ts'
import { verifyCaller } from '../../platform/auth/caller.ts'
import { clientNetwork } from '../../platform/http/client-network.ts'
import { decodeCursor } from '../../platform/graphql/cursor.ts'
import { DateTime } from '../../platform/graphql/date-time.ts'
import { isHost } from '../../platform/http/host.ts'
import { isId } from '../../platform/graphql/ids.ts'
import { bearerToken, preferredLanguage } from '../../platform/http/incoming-call.ts'
import { textArgument } from '../../platform/text/text-argument.ts'
import { createWordFilter } from '../../platform/text/word-filter.ts'
import { integerParameter, mergeParameters, timestampParameter } from '../../rest-adapter/parameters.ts'
import { urlEncodedParameters } from '../../rest-adapter/request-parameters.ts'
import { foldedNames } from '../../subgraphs/user/accounts/folded-names.ts'
import { pictureFormat } from '../../platform/storage/picture-format.ts'
import { verifyRefreshToken } from '../../subgraphs/user/sessions/refresh-token.ts'
import { recognizeContainer } from '../../subgraphs/video/media/container.ts'

/** How many ordinary requests a text of 64 KB may cost. Where parsing is not linear it costs hundreds or thousands. */
const maxRequests = 20
/** The minimum of so many attempts counts, which excludes garbage collection and other processes. */
const attempts = 10
const length = 64 * 1024

/** A text of 64 KB: a beginning, a repeated piece, and an end that does not match. */
const text = (beginning: string, piece: string, end: string): string =>
  beginning + piece.repeat(Math.ceil((length - beginning.length - end.length) / piece.length)) + end

/** Slow for parsers that are not linear: runs of valid characters without what must follow them. */
const worst = [
  ['blanks', text('a', ' ', 'x')],
  ['tabs and blanks', text('a;', ' \t', 'x')],
  ['commas', text('', ',', '')],
  ['semicolons', text('a', ';', 'x')],
  ['ranges', text('', 'a;q=0,', '')],
  ['equals signs', text('a', '=', '!')],
  ['digits', text('', '1', 'x')],
  ['digits and points', text('', '1.', 'x')],
  ['exponents', text('', '1e', 'x')],
  ['points', text('a', '.', '!')],
  ['words and points', text('', 'a.', '\n')],
  ['colons', text('', ':', 'x')],
  ['slashes', text('a', '/', '!')],
  ['dashes', text('', '-', '!')],
  ['quotes', text('a="', '\\"', '')],
  ['open brackets', text('', '<a ', '')],
  ['open angles', text('', '<', '>')],
  ['entities', text('<a>', '&a', '</a>')],
  ['open comments', text('<a>', '<!--', '')],
  ['braces', text('', '{', '')],
  ['open lists', text('', '[', '')],
  ['block strings', text('{a(b: """', '\\"""', '')],
  ['percent signs', text('', '%', '')],
  ['stars', text('', '*a', '')],
  ['Han characters', text('', '永', '')],
  ['characters of eighteen', text('', '\ufdfa', '')],
  ['combining marks', text('e', '\u0301', '')],
  ['invisible characters', text('', '\u200b', 'x')],
  ['halves of pairs', text('', '\ud800', '')],
  ['line breaks', text('', '\r\n', 'x')],
  ['NUL', text('', '\0', 'x')],
] as const

const words = createWordFilter(['aaaaaaaaaaaaaaab', '坏人', 'e\u0301x'])
const headers = (value: string) => (name: string) => (name.startsWith('x-amz-date') ? '20260131T120000Z' : value)
const s3Request = (value: string) =>
  ({ header: headers(value), parameter: () => value, headers: () => [['host', value]] }) as unknown as S3Request
const shortTextName = { en: 'It', zh: '它' }
const policy = parseBucketPolicy(
  JSON.stringify({
    Statement: [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::b/*a*a*a*a*a*a*x' }],
  }),
  'b',
)

async function* once(content: string): AsyncGenerator<Buffer> {
  yield Buffer.from(await Promise.resolve(content))
}

/** All parsers of untrusted text. Each may reject it in its own way. */
const readers: Readonly<Record<string, (given: string) => unknown>> = {
  'the language of a call': (given) => preferredLanguage(given, 'en'),
  'a bearer’s token': (given) => bearerToken(`Bearer ${given}`),
  'a host': (given) => isHost(given),
  'an address': (given) => clientNetwork(given),
  'an access token': (given) => verifyAccessToken(accessTokenKeys, given),
  'a refresh token': (given) => verifyRefreshToken(accessTokenKeys, given),
  'a signed caller': (given) => verifyCaller('secret', given),
  'a cursor': (given) => decodeCursor(given, 2),
  'an id': (given) => isId(given),
  'a moment': (given) => DateTime.parseValue(`2026-01-31T${given}`),
  'a number of the app': (given) => integerParameter(mergeParameters([['id', given]]), 'id'),
  'a time cursor of the app': (given) => timestampParameter(mergeParameters([['at', given]]), 'at', 0),
  parameters: (given) => mergeParameters(urlEncodedParameters(given)),
  'a short text': (given) => textArgument(given, shortTextName, { min: 1, max: 1_000 }),
  // The word filter only gets texts whose length was checked.
  'sensitive words': (given) => [words.matches(given.slice(0, 1_000)), words.mask(given.slice(0, 1_000))],
  'a name, folded': (given) => foldedNames(given.slice(0, 64)),
  'tokens of an operation': (given) => tooManyTokens(given),
  'a picture': (given) => pictureFormat(Buffer.from(given)),
  'a container of films': (given) => recognizeContainer(Buffer.from(given)),
  XML: (given) => parseXml(given),
  'a range of bytes': (given) => parseRange(`bytes=${given}`, 1),
  conditions: (given) => evaluateConditions(readConditions(headers(given)), { etag: 'e', modified: 0 }),
  'a policy of a form': (given) => parsePostPolicy(given),
  'a path under a policy': (given) => policy.allows('s3:GetObject', `arn:aws:s3:::b/${given}`),
  'a signature of the object store': (given) =>
    authenticate(s3Request(`AWS4-HMAC-SHA256 ${given}`), { accessKey: 'a', secretKey: 'b' }, 0),
  'a type of a form': (given) => readUploadForm(once(''), `multipart/form-data;${given}`),
  'a part of a form': (given) =>
    readUploadForm(once(`--b\r\ncontent-disposition: form-data;${given}\r\n\r\n`), 'multipart/form-data; boundary=b'),
}

let gateway: Gateway
/** The cost of an ordinary request, in microseconds of CPU. */
let ordinary: number

beforeAll(async () => {
  gateway = await gatewayUnderTest({ subgraphs: stubs([]) })
  const ask = () => post(gateway, '{ user(id: "1") { name } }')
  for (let count = 0; count < 20; count++) await ask()
  ordinary = await cheapest(20, ask)
})
afterAll(() => gateway[Symbol.asyncDispose]())

/** The minimum CPU time of several attempts, in microseconds, which excludes other work of the process. */
async function cheapest(times: number, work: () => unknown): Promise<number> {
  let best = Infinity
  for (let attempt = 0; attempt < times; attempt++) {
    const before = process.cpuUsage()
    try {
      await work()
    } catch {
      // Rejecting is parsing, too.
    }
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, user + system)
    if (best < ordinary) break
  }
  return best
}

it.each(Object.entries(readers))('%s: read in linear time', async (_what, read) => {
  for (const [name, given] of worst) {
    const cost = await cheapest(attempts, () => read(given))
    expect([name, Math.ceil(cost / ordinary)]).toEqual([
      name,
      expect.toSatisfy((count: number) => count <= maxRequests),
    ])
  }
})

it.each(worst)('a request whose headers hold %s costs about as much as another', async (_what, given) => {
  const value = given.replace(/[^\x20-\x7e\t]/g, 'a').slice(0, 14_000)
  const named = [
    'accept',
    'accept-language',
    'accept-encoding',
    'authorization',
    'content-type',
    'user-agent',
    'cookie',
    'origin',
    'x-forwarded-for',
    'if-none-match',
    'range',
    'host',
  ]
  for (const name of named) {
    const cost = await cheapest(attempts, () =>
      gateway.app.inject({
        method: name === 'content-type' ? 'POST' : 'GET',
        url: '/graphql?query={__typename}',
        headers: { [name]: value },
        ...(name === 'content-type' && { payload: '{}' }),
      }),
    )
    expect([name, Math.ceil(cost / ordinary)]).toEqual([
      name,
      expect.toSatisfy((count: number) => count <= maxRequests),
    ])
  }
})
