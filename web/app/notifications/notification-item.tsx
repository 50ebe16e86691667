import { Link } from 'react-router'
import { routes, userPath, videoPath } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { Icon } from '../components/icon.tsx'
import type { Data } from '../graph/documents.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { notificationTexts } from './notification-texts.ts'

type Notification = Data<'Notifications'>['notifications']['edges'][number]['node']

/** What one or several users did with the same thing, or how the processing of a video ended. */
export function NotificationItem({ notification }: { readonly notification: Notification }) {
  const text = useTexts(notificationTexts)
  const { ago } = useFormats()
  const { kind, actors, actorCount, video, comment, createdAt, isRead } = notification
  const [first] = actors
  const name = first?.name ?? ''
  const who = actorCount > 1 ? text('others', { name, count: actorCount - 1 }) : name
  const target = video ? videoPath(video.id) : first ? userPath(first.id) : routes.notifications
  return (
    <li>
      <Link to={target} className={`notification ${isRead ? '' : 'is-unread'}`}>
        {first ? (
          <Avatar src={first.avatar} />
        ) : (
          <span className="notification-icon">
            <Icon name="film" />
          </span>
        )}
        <span className="notification-text">
          <span>{text(kind, { who, video: video?.title || text('untitled') })}</span>
          {comment && <span className="notification-comment">{comment.content}</span>}
          <time dateTime={createdAt}>{ago(createdAt)}</time>
        </span>
        {!isRead && <span className="hidden">{text('unread')}</span>}
        {video && <img className="notification-cover" src={video.coverUrl} alt="" loading="lazy" decoding="async" />}
      </Link>
    </li>
  )
}
