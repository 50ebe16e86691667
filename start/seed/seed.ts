import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, register, type ServerUrls, type Person } from '../people.ts'
import { film, scenes } from './clips.ts'

/** The demo users; each password equals the name. */
const names = ['alice', 'bobby', '小明同学呀', 'diana', 'Étienne', '阿杰的日常'] as const

const remarks = [
  '太好看了！',
  'Where was this?',
  '学到了',
  'Again, please!',
  '哈哈哈哈哈',
  '前排',
  'So calm.',
  '收藏了',
]

const questions = ['怎么拍的？', 'How did you do it?', '配乐叫什么？', 'Is there a second part?']
const answers = ['下次教你们', 'A lot of patience!', '自己写的', 'Next week.']

const secondsPerClip = 6

/** Fills an empty system with demo data through its public APIs, and prints the progress. */
export async function seedWhenEmpty(
  urls: ServerUrls & { readonly ffmpegPath: string },
  print: (line: string) => void,
  stopping: AbortSignal,
): Promise<void> {
  const { feed } = await ask<{ feed: { edges: unknown[] } }>(urls, '{ feed(first: 1) { edges { cursor } } }')
  if (feed.edges.length > 0) return
  const folder = await mkdtemp(join(tmpdir(), 'short-video-town-'))
  try {
    print(`Creating demo data: ${names.length} users and ${scenes.length} videos.`)
    await seed(urls, folder, print, stopping)
    if (!stopping.aborted) print(`The demo data is ready. Sign in as ${names[0]} with the password ${names[0]}.`)
  } catch (error) {
    // An operator who stops the system meanwhile also stops this.
    if (!stopping.aborted) print(`The demo data could not be completed: ${(error as Error).message}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function seed(
  urls: ServerUrls & { readonly ffmpegPath: string },
  folder: string,
  print: (line: string) => void,
  stopping: AbortSignal,
): Promise<void> {
  const people: Person[] = []
  for (const name of names) people.push(await register(urls, name, name))

  const videoIds: string[] = []
  for (const [index, scene] of scenes.entries()) {
    stopping.throwIfAborted()
    const path = join(folder, `${index}.mp4`)
    await film(urls.ffmpegPath, scene, secondsPerClip, path)
    videoIds.push(await at(people, index).publishes(scene.title, path))
    print(`  ${index + 1}/${scenes.length} ${scene.title}`)
  }
  for (const [index, person] of people.entries()) {
    for (const [place, videoId] of videoIds.entries()) {
      if ((index * 3 + place) % 4 !== 0) await person.likes(videoId)
      if ((index + place) % 3 === 0) await person.comments(videoId, at(remarks, index + place))
    }
    // Of what they watch, half is watched to the end.
    await person.asks(recordViews, {
      views: videoIds
        .filter((_, place) => (index + place) % 5 !== 0)
        .map((videoId, place) => ({ videoId, watchedMs: 4_000, isCompleted: place % 2 === 0 })),
    })
    // Each user follows the next two; the first two are friends with everyone.
    for (const step of [1, 2]) await person.follows(at(people, index + step))
    if (index >= 2) for (const other of people.slice(0, 2)) await befriend(person, other)
  }
  await answerAndBookmark(people, videoIds)
  const [alice, bobby] = [at(people, 0), at(people, 1)]
  await befriend(alice, bobby)
  await alice.says(bobby, '嗨，新视频看了吗？')
  await bobby.says(alice, 'Just did — the colours!')
  await alice.says(bobby, '周末一起去拍吧')
  await at(people, 2).says(alice, '你好！很喜欢你的作品')
}

/** Replies to the newest comments, likes and pins of them, and bookmarks. */
async function answerAndBookmark(people: readonly Person[], videoIds: readonly string[]): Promise<void> {
  for (const [index, videoId] of videoIds.entries()) {
    const [author, other, third] = [0, 1, 2].map((step) => at(people, index + step)) as [Person, Person, Person]
    const commentId = await other.comments(videoId, at(questions, index))
    const about = { commentId, content: at(answers, index) }
    await author.asks(
      `mutation ($commentId: ID!, $content: String!) {
        addReply(input: { commentId: $commentId, content: $content }) { reply { id } }
        likeComment(input: { commentId: $commentId }) { comment { id } }
      }`,
      about,
    )
    if (index % 3 === 0) {
      const pin = 'mutation ($commentId: ID!) { pinComment(input: { commentId: $commentId }) { video { id } } }'
      await author.asks(pin, { commentId })
    }
    const bookmark = 'mutation ($videoId: ID!) { bookmarkVideo(input: { videoId: $videoId }) { video { id } } }'
    for (const user of [other, third]) await user.asks(bookmark, { videoId })
  }
}

const recordViews = `mutation ($views: [ViewInput!]!) { recordViews(input: { views: $views }) { countedViews } }`

async function befriend(one: Person, other: Person): Promise<void> {
  await one.follows(other)
  await other.follows(one)
}

/** The element at an index, modulo the length. */
function at<Element>(list: readonly Element[], index: number): Element {
  const element = list[index % list.length]
  if (element === undefined) throw new Error('an empty list has no elements')
  return element
}
