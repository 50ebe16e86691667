import { useMutation } from '@apollo/client/react'
import { showToast } from '../components/toasts.tsx'
import { client } from '../graph/client.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { videoPath } from '../../routes.ts'
import { feedTexts } from './texts.ts'
import type { FeedVideo } from './use-feed.ts'

export interface Reactions {
  readonly toggleLike: () => void
  /** Likes; never takes a like back. */
  readonly like: () => void
  readonly toggleBookmark: () => void
  readonly follow: () => void
  readonly share: () => Promise<void>
}

const tell = (error: unknown): void => showToast(messageOf(error))

/** What a viewer can do with a video. Each shows at once, and is taken back when the server refuses it. */
export function useReactions(video: FeedVideo): Reactions {
  const text = useTexts(feedTexts)
  const { asUser } = useSession()
  const { id, author } = video
  const [favorite] = useMutation(operation('FavoriteVideo'), { onError: tell })
  const [unfavorite] = useMutation(operation('UnfavoriteVideo'), { onError: tell })
  const [bookmark] = useMutation(operation('BookmarkVideo'), { onError: tell })
  const [unbookmark] = useMutation(operation('UnbookmarkVideo'), { onError: tell })
  const [followUser] = useMutation(operation('FollowUser'), { onError: tell })
  const isLiked = video.isFavorite === true
  const isBookmarked = video.isBookmarked === true
  const videoWith = (fields: object) => ({ __typename: 'Video', id, ...fields })

  function setLike(isWanted: boolean): void {
    if (isWanted === isLiked) return
    const shown = videoWith({ isFavorite: isWanted, favoriteCount: (video.favoriteCount ?? 0) + (isWanted ? 1 : -1) })
    const optimistic = { [isWanted ? 'favoriteVideo' : 'unfavoriteVideo']: { video: shown } }
    const change = isWanted ? favorite : unfavorite
    void change({ variables: { videoId: id }, optimisticResponse: optimistic as never })
  }

  return {
    like: () => asUser(() => setLike(true)),
    toggleLike: () => asUser(() => setLike(!isLiked)),
    toggleBookmark: () =>
      asUser(() => {
        const count = (video.bookmarkCount ?? 0) + (isBookmarked ? -1 : 1)
        const shown = videoWith({ isBookmarked: !isBookmarked, bookmarkCount: count })
        const optimistic = { [isBookmarked ? 'unbookmarkVideo' : 'bookmarkVideo']: { video: shown } }
        const change = isBookmarked ? unbookmark : bookmark
        void change({ variables: { videoId: id }, optimisticResponse: optimistic as never })
      }),
    follow: () =>
      asUser(() => {
        if (!author) return
        void followUser({ variables: { userId: author.id } }).then(({ data }) => {
          if (data) showToast(text('followed', { name: author.name }))
        })
      }),
    async share() {
      const url = new URL(videoPath(id), location.href).href
      // Phones have a sheet of their own.
      if (typeof navigator.share === 'function' && matchMedia('(pointer: coarse)').matches) {
        const isShared = await navigator.share({ url, title: video.title }).then(
          () => true,
          () => false,
        )
        if (!isShared) return
      } else {
        await navigator.clipboard.writeText(url)
        showToast(text('copied'))
      }
      if (client.session.tokens()) client.request('ShareVideo', { videoId: id }).catch(() => undefined)
    },
  }
}
