import { Link } from 'react-router'
import { videoPath } from '../../routes.ts'
import { placeholderOf } from '../feed/placeholder.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { commonTexts } from '../language/common-texts.ts'
import { Icon } from './icon.tsx'

/** What a grid shows of a video. */
export interface GridVideo {
  readonly id: string
  readonly title: string
  readonly coverUrl: string
  readonly thumbhash?: string | null
  readonly favoriteCount?: number | null
  readonly duration: number
  readonly status: string
  readonly progress?: number | null
}

/** Videos as a grid of covers. */
export function VideoGrid({ videos }: { readonly videos: readonly GridVideo[] }) {
  const { count, duration } = useFormats()
  const text = useTexts(commonTexts)
  return (
    <ul className="grid">
      {videos.map((video) => {
        const placeholder = placeholderOf(video.thumbhash)
        return (
          <li key={video.id}>
            <Link
              className="grid-video"
              to={videoPath(video.id)}
              style={placeholder === undefined ? undefined : { backgroundImage: `url(${placeholder})` }}
            >
              <img src={video.coverUrl} alt={video.title || text('untitled')} loading="lazy" decoding="async" />
              <span className="grid-foot">
                <Icon name="heart" isSolid />
                {count(video.favoriteCount)}
                <span>{duration(video.duration)}</span>
              </span>
              {video.progress != null && video.status !== 'READY' && video.status !== 'FAILED' && (
                <span className="grid-state">
                  <span className="spinner" aria-hidden="true" />
                  {video.progress}%
                </span>
              )}
              {video.status === 'FAILED' && (
                <span className="grid-state">
                  <Icon name="warning" />
                </span>
              )}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

/** Grey covers in place of a grid that is being read. */
export function GridSkeleton() {
  const text = useTexts(commonTexts)
  return (
    <div className="grid" role="status">
      <span className="hidden">{text('loading')}</span>
      {Array.from({ length: 6 }, (_, index) => (
        <span key={index} className="skeleton grid-video" aria-hidden="true" />
      ))}
    </div>
  )
}
