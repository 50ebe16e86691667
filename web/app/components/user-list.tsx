import { useMutation } from '@apollo/client/react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { userPath } from '../../routes.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { Avatar } from './avatar.tsx'
import { Button } from './button.tsx'
import { showToast } from './toasts.tsx'

/** What a list shows of a user. */
export interface ListedUser {
  readonly id: string
  readonly name: string
  readonly avatar: string
  readonly signature?: string
  readonly isFollow?: boolean | null
}

export interface UserListProps {
  readonly users: readonly ListedUser[]
  /** What stands at the end of a line; by default a button to follow. */
  readonly action?: (user: ListedUser) => ReactNode
}

/** Users below each other. */
export function UserList({ users, action }: UserListProps) {
  return (
    <ul className="user-list">
      {users.map((user) => (
        <li key={user.id}>
          <Link to={userPath(user.id)}>
            <Avatar src={user.avatar} />
            <span>
              <strong>{user.name}</strong>
              {user.signature !== undefined && <small className="muted">{user.signature}</small>}
            </span>
          </Link>
          {action ? action(user) : <FollowButton user={user} />}
        </li>
      ))}
    </ul>
  )
}

const tell = (error: unknown): void => showToast(messageOf(error))

/** Follows a user, or stops it. */
export function FollowButton({ user, isLarge = false }: { readonly user: ListedUser; readonly isLarge?: boolean }) {
  const text = useTexts(commonTexts)
  const session = useSession()
  const [follow, following] = useMutation(operation('FollowUser'), { onError: tell })
  const [unfollow, unfollowing] = useMutation(operation('UnfollowUser'), { onError: tell })
  if (session.user?.id === user.id) return null
  const isFollowed = user.isFollow === true
  return (
    <Button
      kind={isFollowed ? 'secondary' : 'primary'}
      className={isLarge ? '' : 'is-small'}
      isBusy={following.loading || unfollowing.loading}
      aria-pressed={isFollowed}
      aria-label={text(isFollowed ? 'unfollowUser' : 'followUser', { name: user.name })}
      onClick={() => session.asUser(() => void (isFollowed ? unfollow : follow)({ variables: { userId: user.id } }))}
    >
      {text(isFollowed ? 'following' : 'follow')}
    </Button>
  )
}
