import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { conversationPath, routes } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button, IconButton } from '../components/button.tsx'
import { PanelTabs } from '../components/panel-tabs.tsx'
import { EmptyState, ErrorState, Spinner } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { FollowButton } from '../components/user-list.tsx'
import { operation } from '../graph/documents.ts'
import { useFormats, useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { FollowSheet, type FollowKind } from './follow-sheet.tsx'
import { ProfileMenu } from './profile-menu.tsx'
import { ProfileVideos, type ProfileTab } from './profile-videos.tsx'
import type { Profile } from './profile.ts'
import { profileTexts } from './texts.ts'

/** The page of a user: who they are, and their videos. */
export default function ProfilePage() {
  const { id = '' } = useParams()
  const text = useTexts(profileTexts)
  const { data, loading, error, refetch } = useQuery(operation('Profile'), {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  })
  const user = data?.user
  useTitle(user?.name ?? '')
  if (!user) {
    if (loading) return <Spinner />
    return error ? (
      <ErrorState error={error} onRetry={() => void refetch()} />
    ) : (
      <EmptyState icon="user" title={text('none')} />
    )
  }
  return <Shown key={user.id} user={user} />
}

function Shown({ user }: { readonly user: Profile }) {
  const text = useTexts(profileTexts)
  const session = useSession()
  const navigate = useNavigate()
  const isOwn = session.user?.id === user.id
  const [tab, setTab] = useState<ProfileTab>('videos')
  const [list, setList] = useState<FollowKind | null>(null)
  const [hasMenu, setHasMenu] = useState(false)
  const tabs: readonly ProfileTab[] = isOwn ? ['videos', 'liked', 'bookmarks'] : ['videos', 'liked']

  return (
    <div className="page is-wide">
      <header className="profile-head">
        <Avatar src={user.avatar} size="large" />
        <div className="profile-who">
          <h1>{user.name}</h1>
          <p className="muted">{user.signature}</p>
          <Counts user={user} onOpen={setList} />
        </div>
        <div className="profile-actions">
          {isOwn ? (
            <Link className="button is-secondary" to={routes.settings}>
              {text('edit')}
            </Link>
          ) : (
            <>
              <FollowButton user={user} isLarge />
              <Button icon="chat" onClick={() => session.asUser(() => void navigate(conversationPath(user.id)))}>
                {text('message')}
              </Button>
            </>
          )}
          <IconButton icon="more" label={text('options')} onClick={() => setHasMenu(true)} />
        </div>
      </header>
      {user.isBanned || user.isBlocked === true ? (
        <EmptyState icon="block" title={text(user.isBanned ? 'banned' : 'blocked')}>
          {!user.isBanned && <p className="muted">{text('blockedLong')}</p>}
        </EmptyState>
      ) : (
        <PanelTabs label={text('tabs')} names={tabs} open={tab} nameOf={text} onOpen={setTab} className="profile-tabs">
          <ProfileVideos key={tab} userId={user.id} tab={tab} isOwn={isOwn} />
        </PanelTabs>
      )}
      {list !== null && <FollowSheet userId={user.id} kind={list} onClose={() => setList(null)} />}
      {hasMenu && <ProfileMenu user={user} isOwn={isOwn} onClose={() => setHasMenu(false)} />}
    </div>
  )
}

function Counts({ user, onOpen }: { readonly user: Profile; readonly onOpen: (kind: FollowKind) => void }) {
  const text = useTexts(profileTexts)
  const { count } = useFormats()
  return (
    <ul className="profile-counts">
      <li>
        <button type="button" onClick={() => onOpen('following')}>
          <strong>{count(user.followingCount)}</strong> {text('following')}
        </button>
      </li>
      <li>
        <button type="button" onClick={() => onOpen('followers')}>
          <strong>{count(user.followerCount)}</strong> {text('followers')}
        </button>
      </li>
      <li>
        <strong>{count(user.totalFavorited)}</strong> {text('likes')}
      </li>
    </ul>
  )
}
