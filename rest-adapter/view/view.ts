import type { Call, ExecuteOperation } from '../../platform/call.ts'
import { Unavailable } from '../../platform/errors.ts'
import type { Mirror } from '../../platform/mirror.ts'
import { executeNamed } from '../graph.ts'
import { jsonList, JsonText } from '../json-text.ts'
import type { Operations } from '../operations.generated.ts'
import { createCards, nobody, writeUser, writeVideo, type Cards, type UserCard, type VideoCard } from './cards.ts'
import { noChanges, type KnownChanges } from './changes.ts'
import { createCommentPages, viewComments, type CommentPage, type CommentView } from './comment-pages.ts'
import { createFeedPages, type FeedPage } from './feed-pages.ts'
import { noFlags, type Flags } from './flags.ts'
import { keepByOrigin } from './origins.ts'
import { openPublicGraph, unlessAway, type AskPublic } from './public-graph.ts'

/** What one caller sees. Everybody is shown the same, kept for a moment, with the flags of the viewer laid over it. */
export interface View {
  /** Asks what everybody is answered alike, whatever this caller is shown of it. */
  readonly askForEverybody: AskPublic
  /** Who calls; null for an anonymous caller. */
  readonly viewerId: () => Promise<string | null>
  /** A person as JSON; null when there is no such person. */
  readonly user: (id: string) => Promise<string | null>
  /** Those people of a list as JSON that there are and that the caller has not blocked, in the order of the ids. */
  readonly users: (ids: readonly string[]) => Promise<JsonText>
  /** Those videos of a list as JSON that there are and that the caller is shown, in the order of the ids. */
  readonly videos: (ids: readonly string[]) => Promise<JsonText>
  /** Of the thirty newest videos before a moment (ISO 8601) those that the caller is shown, as JSON. */
  readonly feed: (publishedBefore: string | null) => Promise<FeedView>
  /** Of the thousand newest comments under a video those that the caller is shown, as JSON. */
  readonly comments: (videoId: string) => Promise<CommentView>
}

export interface FeedView {
  readonly videos: JsonText
  /** When the oldest of the thirty was published, in milliseconds; null when there is none. */
  readonly publishedFrom: number | null
  /** Whether others are shown the very same. */
  readonly isShared: boolean
}

/** Opens the view of a caller. */
export type OpenView = (call: Call) => View

/** What is kept for the clients that reach this system under one address, which stands in their URLs. */
interface Kept {
  readonly askForEverybody: AskPublic
  readonly cards: Cards
  readonly feedPages: Mirror<FeedPage>
  readonly commentPages: Mirror<CommentPage>
}

/** Opens views of the graph that share what they keep. */
export function createViews(execute: ExecuteOperation, changes: KnownChanges = noChanges): OpenView {
  const keptOf = keepByOrigin((origin): Kept => {
    const askForEverybody = openPublicGraph(execute, origin)
    const cards = createCards(askForEverybody, changes)
    return {
      askForEverybody,
      cards,
      feedPages: createFeedPages(askForEverybody, cards, changes),
      commentPages: createCommentPages(askForEverybody, cards, changes),
    }
  })

  return (call) => {
    const { value, placeholder } = keptOf(call.origin)
    const { askForEverybody, cards, feedPages, commentPages } = value

    /** A text with the address that the caller used in its URLs. */
    function addressed(text: string): string {
      return placeholder === null ? text : text.replaceAll(placeholder, call.origin)
    }

    function addressedList(list: JsonText): JsonText {
      return placeholder === null ? list : new JsonText(addressed(list.text))
    }

    async function ask<Name extends keyof Operations>(
      name: Name,
      variables: Operations[Name]['variables'],
    ): Promise<Operations[Name]['data']> {
      return (await executeNamed(execute, name, variables, call)).data
    }

    async function flagsOf(videoIds: readonly string[], userIds: readonly string[]): Promise<Flags> {
      if (call.token === null) return noFlags
      // Without them nobody can say whom the viewer has blocked or muted: then the call is refused.
      const { viewerFlags } = await ask('ViewerFlags', { videoIds: [...videoIds], userIds: [...userIds] })
      return {
        favorites: new Set(viewerFlags.favoriteVideoIds),
        follows: new Set(viewerFlags.followedUserIds),
        blocked: new Set(viewerFlags.blockedUserIds),
        hidden: new Set(viewerFlags.hiddenUserIds),
        changedLately: viewerFlags.changedLately,
      }
    }

    async function peopleWithFlags(
      ids: readonly string[],
      answer = flagsOf([], ids),
    ): Promise<Flags & { people: readonly (UserCard | null)[] }> {
      const [kept, flags] = await Promise.all([cards.users(ids, false), answer])
      return { ...flags, people: flags.changedLately ? await cards.users(ids, true) : kept }
    }

    return {
      askForEverybody,
      async viewerId() {
        return call.token === null ? null : ((await ask('Viewer', {})).viewer?.id ?? null)
      },
      async user(id) {
        // Whoever asks for one person is shown him, blocked or not, so nothing depends on it but whether he is followed.
        const { people, follows } = await peopleWithFlags([id], unlessAway(flagsOf([], [id]), noFlags))
        return people[0] == null ? null : addressed(writeUser(people[0], follows.has(id)))
      },
      async users(ids) {
        if (ids.length === 0) return jsonList([])
        const { people, follows, blocked } = await peopleWithFlags(ids)
        const list = jsonList(
          people.map((card, index) => {
            const id = ids[index] ?? ''
            return card === null || blocked.has(id) ? null : writeUser(card, follows.has(id))
          }),
        )
        return addressedList(list)
      },
      async videos(ids) {
        if (ids.length === 0) return jsonList([])
        const kept = await cards.videos(ids, false)
        const authorIds = [...new Set(kept.flatMap((card) => card?.authorId ?? []))]
        const [keptAuthors, flags] = await Promise.all([
          unlessAway(cards.users(authorIds, false), []),
          flagsOf(ids, authorIds),
        ])
        const [videos, authors] = flags.changedLately
          ? await Promise.all([cards.videos(ids, true), unlessAway(cards.users(authorIds, true), [])])
          : [kept, keptAuthors]
        const authorOf = new Map(authorIds.map((id, index) => [id, authors[index] ?? null]))
        const list = jsonList(
          videos.map((video) =>
            video === null || flags.hidden.has(video.authorId ?? '') ? null : writeWithFlags(video, authorOf, flags),
          ),
        )
        return addressedList(list)
      },
      async feed(publishedBefore) {
        const flagsOfPage = ({ videoIds, authorIds }: FeedPage) => flagsOf(videoIds, authorIds)
        const [page, flags] = await pageAndFlags(feedPages, publishedBefore ?? '', flagsOfPage)
        const view = written(page, flags)
        return placeholder === null ? view : { ...view, videos: addressedList(view.videos), isShared: false }
      },
      async comments(videoId) {
        const flagsOfPage = ({ authorIds }: CommentPage) => flagsOf([], authorIds)
        const [page, flags] = await pageAndFlags(commentPages, videoId, flagsOfPage)
        const view = viewComments(page, flags)
        return placeholder === null ? view : { comments: addressedList(view.comments), isShared: false }
      },
    }
  }
}

/** A page and the flags of its viewer; it is read anew when he changed something a moment ago. */
async function pageAndFlags<Page>(
  pages: Mirror<Page>,
  key: string,
  flagsOf: (page: Page) => Promise<Flags>,
): Promise<[page: Page, flags: Flags]> {
  const kept = onlyPage(await pages.get([key]))
  const flags = await flagsOf(kept)
  if (!flags.changedLately) return [kept, flags]
  const fresh = onlyPage(await pages.getFresh([key]))
  return [fresh, await flagsOf(fresh)]
}

/** What anonymous callers see of pages. */
const writtenWithoutFlags = new WeakMap<FeedPage, FeedView>()

function written(page: FeedPage, flags: Flags): FeedView {
  const known = flags === noFlags ? writtenWithoutFlags.get(page) : undefined
  if (known) return known
  // The page ends where it ends for everybody, so that the next one begins where it should.
  const shown =
    flags.hidden.size === 0 ? page.videos : page.videos.filter(({ authorId }) => !flags.hidden.has(authorId ?? ''))
  const videos = jsonList(shown.map((video) => writeWithFlags(video, page.authors, flags)))
  const isShared = flags === noFlags
  const view = { videos, publishedFrom: page.publishedFrom, isShared }
  if (isShared) writtenWithoutFlags.set(page, view)
  return view
}

/** The page that was asked for: there is one, if empty, before every moment and under every id. */
function onlyPage<Page>([page]: readonly (Page | null)[]): Page {
  if (!page) throw new Unavailable()
  return page
}

function writeWithFlags(
  video: VideoCard,
  authors: ReadonlyMap<string, UserCard | null>,
  { favorites, follows }: Flags,
): string {
  const authorId = video.authorId ?? ''
  const card = authors.get(authorId)
  return writeVideo(video, card == null ? nobody : writeUser(card, follows.has(authorId)), favorites.has(video.id))
}
