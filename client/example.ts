/** Signs up, uploads a video, and says what happens: `node --import tsx client/example.ts http://localhost:4000/graphql video.mp4` */
import { openAsBlob } from 'node:fs'
import WebSocket from 'ws'
import { createClient } from './client.ts'

const [url = 'http://localhost:4000/graphql', path = 'video.mp4'] = process.argv.slice(2)
const say = (line: string): boolean => process.stdout.write(`${line}\n`)

const client = createClient({ url, webSocketImpl: WebSocket })
await client.register(`example-${Date.now()}`, 'a long password')
const uploadId = await client.upload(await openAsBlob(path), {
  onProgress: (sentBytes, totalBytes) => say(`${Math.round((100 * sentBytes) / totalBytes)} %`),
})
const { publishVideo } = await client.request('PublishVideo', { uploadId, title: 'An example' })
say(`published ${publishVideo.video.id}`)
const stream = client.events({
  onEvent(event) {
    if (event.__typename !== 'VideoChanged') return
    say(`${event.video.status} ${event.video.progress ?? ''}`)
    if (event.video.status === 'READY') stream[Symbol.dispose]()
  },
})
