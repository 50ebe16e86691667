import { networkInterfaces } from 'node:os'
import type { AllInOne } from './all-in-one.ts'

/** Prints what runs where, and what to try next. */
export function introduce(system: AllInOne, print: (line: string) => void): void {
  const width = Math.max(...system.addresses.map(({ name }) => name.length))
  print('')
  print('The short-video backend is running:')
  for (const { name, url } of system.addresses) print(`  ${name.padEnd(width)}  ${url}`)
  print('')
  print('Try next:')
  print(`  curl '${system.restUrl}/douyin/feed/'`)
  if (system.servesWeb) print(`  The web client: open ${new URL('/', system.graphqlUrl).href} in a browser`)
  print(`  Apollo Sandbox: open ${system.graphqlUrl} in a browser (offline: ${graphiqlUrl(system.graphqlUrl)})`)
  const phone = addressForPhones(system.restUrl)
  if (phone !== undefined) print(`  The Android app: set its server address to ${phone}`)
  print('Ctrl-C stops everything.')
  print('')
}

function graphiqlUrl(graphqlUrl: string): string {
  return new URL('/graphiql', graphqlUrl).href
}

/** The address under which other devices on the network reach the REST server, if it accepts them. */
function addressForPhones(restUrl: string): string | undefined {
  const url = new URL(restUrl)
  if (url.hostname !== 'localhost') return undefined
  const [outside] = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal)
  return outside && `http://${outside.address}:${url.port}/`
}
