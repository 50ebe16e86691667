import type { Variables } from '../graph/documents.ts'
import { client } from '../graph/client.ts'

type View = Variables<'RecordViews'>['views'] extends infer Views
  ? Views extends readonly (infer One)[]
    ? One
    : Views
  : never

/** How many views are sent together, and after how long at most, in milliseconds. */
const batchSize = 10
const waitMs = 5_000
const waiting = new Map<string, View>()
let timer: ReturnType<typeof setTimeout> | undefined

/** Notes what was watched; it is sent together with what follows. */
export function noteView(videoId: string, watchedMs: number, positionMs: number, isCompleted: boolean): void {
  if (!client.session.tokens()) return
  waiting.set(videoId, { videoId, watchedMs, positionMs, isCompleted })
  if (waiting.size >= batchSize) send()
  else timer ??= setTimeout(send, waitMs)
}

function send(): void {
  clearTimeout(timer)
  timer = undefined
  const views = [...waiting.values()]
  waiting.clear()
  // A view that is lost is not worth an error.
  if (views.length > 0) client.request('RecordViews', { views }).catch(() => undefined)
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) send()
})
