import pg from 'pg'
import { firstUserId, firstVideoId, type DataSet } from '../data-set.ts'
import { call, type Route } from '../load/request.ts'
import { hasEntries } from '../routes/inspection.ts'
import { viewerCount } from '../routes/viewers.ts'
import type { World } from '../routes/world.ts'
import { whole } from '../table.ts'

/** The likes of one video, and the messages of one conversation; others have ten. */
const extremes = { likes: 1_000_000, messages: 100_000 }

const quietVideo = firstVideoId + 1
const famousVideo = firstVideoId + 2
/** Indexes of viewers; each gets messages from the one before. */
const quiet = 11
const talkative = 21

/** The same request on something with little data and on something with very much. */
export interface TwoOfAKind {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly little: Route
  readonly much: Route
}

/** Gives one video of a data set very many likes, and one conversation very many messages. */
export async function addExtremes(databaseUrl: string): Promise<void> {
  const { likes, messages } = extremes
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(`
      set synchronous_commit = off;
      -- Those who like it have no account, since nobody looks at them.
      insert into social.likes (user_id, video_id, id)
      select 1000000000000 + i, ${famousVideo}, 1000000000000 + i from generate_series(1, ${likes}) i;
      insert into social.user_counts (user_id, favorite_count)
      select 1000000000000 + i, 1 from generate_series(1, ${likes}) i;
      update social.video_counts set favorite_count = favorite_count + ${likes} where video_id = ${famousVideo};
      update social.user_counts set total_favorited = total_favorited + ${likes}
      where user_id = (select author_id from video.videos where id = ${famousVideo});
      -- Long ago: the newest messages are those of the data set.
      insert into chat.messages (id, sender_id, recipient_id, content, created_at)
      select 1000000000000 + i, ${firstUserId + talkative - 1}, ${firstUserId + talkative}, 'Long ago',
        timestamptz '2020-01-01' + i * interval '1 second'
      from generate_series(1, ${messages}) i`)
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** The requests on both, in a data set with extremes. */
export function twoOfEachKind(world: World, { users }: DataSet): readonly TwoOfAKind[] {
  function like(name: string, videoId: number): Route {
    const request = (n: number) => {
      const action = Math.floor(n / viewerCount) % 2 === 0 ? 1 : 2
      const path = `/douyin/favorite/action/?video_id=${videoId}&action_type=${action}&token=${world.token(n)}`
      return call('like', 'POST', path)
    }
    return { name, door: 'rest', request }
  }

  function poll(name: string, viewer: number, moment: number, messages: number): Route {
    const parameters = `to_user_id=${firstUserId + viewer - 1}&pre_msg_time=${moment}&token=${world.token(viewer)}`
    const request = () => call('chat poll', 'GET', `/douyin/message/chat/?${parameters}`)
    return { name, door: 'rest', request, inspect: hasEntries('message_list', messages, messages) }
  }

  const ofLikes = { from: '10 likes', to: `${whole(extremes.likes)} likes` }
  const ofMessages = { from: '10 messages', to: `${whole(extremes.messages)} messages` }
  // In a round, which takes as many seconds as there are users, every user wrote to the next one.
  const fiveRoundsAgo = (viewer: number): number => world.messagesReadAt - (5.5 * users - viewer) * 1_000
  return [
    {
      name: 'like and unlike a video',
      ...ofLikes,
      little: like('like and unlike a quiet video', quietVideo),
      much: like('like and unlike a famous video', famousVideo),
    },
    {
      name: 'chat poll, five messages new',
      ...ofMessages,
      little: poll('chat poll, short conversation', quiet, fiveRoundsAgo(quiet), 5),
      much: poll('chat poll, long conversation', talkative, fiveRoundsAgo(talkative), 5),
    },
    {
      name: 'chat poll, nothing new',
      ...ofMessages,
      little: poll('chat poll, short, nothing new', quiet, world.messagesReadAt, 0),
      much: poll('chat poll, long, nothing new', talkative, world.messagesReadAt, 0),
    },
  ]
}
