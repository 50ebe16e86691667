import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import type { VideoTables } from '../db/ownership.ts'
import { readEnvironment } from '../platform/runtime/environment.ts'
import { createLogger } from '../platform/runtime/logger.ts'
import { openDatabase } from '../platform/postgres/database.ts'
import { recountAll } from '../start/recount.ts'
import { createRemovalRepository } from '../subgraphs/video/removal/repository.ts'
import { signedIn } from './callers.ts'
import { findMiscounts } from './miscounts.ts'
import { insertVideo, startTestSocial, type TestSocial } from './social.ts'
import { startStorm } from './storm.ts'
import { startProcess } from './system-process.ts'

let social: TestSocial
beforeAll(async () => {
  social = await startTestSocial()
})
afterAll(() => social[Symbol.asyncDispose]())

const log = createLogger('silent', 'test')
const allRight = ['All counts are correct.']

/** The output of `npm start -- recount`. */
async function printed(): Promise<string[]> {
  const lines: string[] = []
  await recountAll(readEnvironment({ DATABASE_URL: social.databaseUrl }), (line) => lines.push(line), log)
  return lines
}

it('`npm start -- recount` mends a wrong count, and finds no right one wrong, while people go on', async () => {
  const people = await social.register(12)
  const [alice = '', bob = ''] = people
  const processes = [social.subgraph, await social.startProcess()]
  const videoIds: string[] = []
  while (videoIds.length < 30) videoIds.push(await social.publish(alice), await social.publish(bob))
  let turn = 0
  await using storm = startStorm(
    {
      people,
      async send(userId, query, variables) {
        const process = processes[turn++ % processes.length] as (typeof processes)[number]
        const { data, errors } = await process.execute({ query, variables }, signedIn(userId))
        return errors ? null : data
      },
    },
    videoIds,
  )
  await using author = await startReplacing(videoIds, bob)
  const goOn = async (): Promise<void> => {
    const later = storm.acknowledged() + 200
    await vi.waitUntil(() => storm.acknowledged() >= later, { interval: 1, timeout: 20_000 })
  }

  for (let times = 0; times < 5; times++) {
    await goOn()
    expect(await printed()).toEqual(allRight)
  }
  const [video] = videoIds
  await social.sql.query(`
    insert into social.video_counts as counts values (${video}, 3, 5)
      on conflict (video_id) do update set favorite_count = counts.favorite_count + 3, comment_count = counts.comment_count + 5;
    update social.user_counts set total_favorited = total_favorited - 7, follow_count = follow_count + 1 where user_id = ${alice};
    insert into social.user_counts (user_id, follower_count) values (987654321, 2);
    update social.video_counts set bookmark_count = 2, share_count = 1 where video_id = ${video};
    insert into social.comment_counts values (987654321, 4, 1);
    update video.author_counts set work_count = work_count - 1 where author_id = ${bob};
    insert into social.report_cases (id, subject_kind, subject_id, owner_id, report_count) values (7, 'USER', ${bob}, ${bob}, 3);
    insert into social.reports (subject_kind, subject_id, reporter_id, id, category, note) values ('USER', ${bob}, ${alice}, 8, 'SPAM', '');
    insert into video.topics values ('sea', 'Sea', 4)`)
  const [last, ...mended] = (await printed()).reverse()
  expect(last).toBe('Mended 12 counts.')
  expect(mended.map(asDifference).sort()).toEqual(
    [
      `video_counts.favorite_count of ${video}: 3 too many`,
      `video_counts.comment_count of ${video}: 5 too many`,
      `user_counts.total_favorited of ${alice}: 7 too few`,
      `user_counts.follow_count of ${alice}: 1 too many`,
      'user_counts.follower_count of 987654321: 2 too many',
      `video_counts.bookmark_count of ${video}: 2 too many`,
      `video_counts.share_count of ${video}: 1 too many`,
      'comment_counts.like_count of 987654321: 4 too many',
      'comment_counts.reply_count of 987654321: 1 too many',
      `author_counts.work_count of ${bob}: 1 too few`,
      'report_cases.report_count of 7: 2 too many',
      'topics.video_count of sea: 4 too many',
    ].sort(),
  )
  await goOn()
  expect(await printed()).toEqual(allRight)

  await author[Symbol.asyncDispose]()
  await storm[Symbol.asyncDispose]()
  expect(await findMiscounts(social.sql)).toEqual([])
})

it('`npm start -- recount` says that there is no database', async () => {
  const { code, stderr } = await ended({ DATA_DIR: '/nonexistent' })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'No running system was found here: start it first, or set DATABASE_URL.\n',
  })
})

it('`npm start -- recount` ends when it has told', async () => {
  const { code, stderr, lines } = await ended({ DATABASE_URL: social.databaseUrl })
  expect({ code, stderr, lines }).toEqual({ code: 0, stderr: '', lines: allRight })
})

async function ended(settings: Readonly<Record<string, string>>) {
  const command = startProcess('recount', settings)
  onTestFinished(() => command[Symbol.asyncDispose]())
  return { ...(await command.ended), lines: command.lines }
}

/** Deletes every second video, as its author, and publishes another one instead; both get likes in the meantime. */
async function startReplacing(videoIds: string[], authorId: string): Promise<AsyncDisposable> {
  const connection = new pg.Client(social.databaseUrl)
  await connection.connect()
  const onConnectionError = (error: Error): never => expect.unreachable(error.message)
  const db = openDatabase<VideoTables>({ url: social.databaseUrl, schema: 'video', poolSize: 1, onConnectionError })
  const removals = createRemovalRepository(db)
  let isOver = false

  async function replace(): Promise<void> {
    for (let index = 1; !isOver; index = (index + 2) % videoIds.length) {
      expect(await removals.delete(videoIds[index] ?? '', authorId, 60)).toBe(true)
      videoIds[index] = social.newId()
      await insertVideo(connection, videoIds[index] ?? '', authorId)
    }
  }
  const replacing = replace()
  return {
    async [Symbol.asyncDispose]() {
      if (isOver) return
      isOver = true
      await replacing
      await db.destroy()
      await connection.end()
    },
  }
}

/** By how much a count was wrong; the totals are not predictable. */
function asDifference(line: string): string {
  const [, count, key, kept, counted] = /^(\S+) of (\S+) was (-?\d+) instead of (\d+)\.$/.exec(line) ?? []
  const difference = Number(kept) - Number(counted)
  return `${count} of ${key}: ${Math.abs(difference)} too ${difference > 0 ? 'many' : 'few'}`
}
