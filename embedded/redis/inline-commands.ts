import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

/**
 * Sends commands to a Redis server on 127.0.0.1 in the protocol's inline form, one per line, and resolves to the raw replies.
 * Arguments must not need quotes.
 */
export async function sendInlineCommands(port: number, commands: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.setTimeout(5000, () => socket.destroy(new Error(`The Redis server on port ${port} does not answer.`)))
  socket.write([...commands, 'QUIT', ''].join('\r\n'))
  return text(socket)
}
