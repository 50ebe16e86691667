import { useQuery } from '@apollo/client/react'
import { Link, useNavigate, useParams } from 'react-router'
import { routes } from '../../routes.ts'
import { IconButton, Button } from '../components/button.tsx'
import { EmptyState, ErrorState } from '../components/states.tsx'
import { TabLinks } from '../components/tabs.tsx'
import { useTitle } from '../components/title.ts'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { Reel } from './reel.tsx'
import { feedTexts } from './texts.ts'
import { useFeed, type FeedTab } from './use-feed.ts'

/** The feed in one of its tabs, or behind one video that a link led to. */
export function FeedPage({ tab }: { readonly tab: FeedTab }) {
  const { id } = useParams()
  return id === undefined ? <Tab key={tab} tab={tab} /> : <Linked key={id} id={id} />
}

function Tab({ tab }: { readonly tab: FeedTab }) {
  const text = useTexts(feedTexts)
  const { user, askToSignIn } = useSession()
  useTitle(tab === 'forYou' ? '' : text(tab))
  const feed = useFeed(tab)
  const isLocked = tab === 'following' && !user
  return (
    <div className="feed-page">
      <Head onRepeat={feed.refresh} />
      {isLocked ? (
        <EmptyState icon="user" title={text('followingSignIn')}>
          <Button kind="primary" onClick={() => askToSignIn('needed')}>
            {useTexts(commonTexts)('signIn')}
          </Button>
        </EmptyState>
      ) : feed.videos.length > 0 ? (
        <Reel name={tab} feed={feed} />
      ) : feed.isLoading ? (
        <SlideSkeleton />
      ) : feed.error ? (
        <ErrorState error={feed.error} onRetry={feed.refresh} />
      ) : (
        <Empty tab={tab} />
      )}
    </div>
  )
}

/** The video of a link first, then what is recommended. */
function Linked({ id }: { readonly id: string }) {
  const text = useTexts(feedTexts)
  const { data, loading, error, refetch } = useQuery(operation('Video'), { variables: { id } })
  const feed = useFeed('forYou')
  const video = data?.video
  useTitle(video?.title ?? '')
  const navigate = useNavigate()
  return (
    <div className="feed-page">
      <Head onBack={() => (history.length > 1 ? void navigate(-1) : void navigate(routes.feed))} />
      {video ? (
        <Reel
          name={id}
          feed={{
            ...feed,
            videos: [video, ...feed.videos.filter((other) => other.id !== id)],
            refresh: () => void refetch(),
          }}
        />
      ) : loading ? (
        <SlideSkeleton />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <EmptyState icon="film" title={text('gone')}>
          <p className="muted">{text('goneLong')}</p>
          <Link className="button is-primary" to={routes.feed}>
            {text('discover')}
          </Link>
        </EmptyState>
      )}
    </div>
  )
}

function Head({ onRepeat, onBack }: { readonly onRepeat?: () => void; readonly onBack?: () => void }) {
  const text = useTexts(feedTexts)
  const common = useTexts(commonTexts)
  const navigate = useNavigate()
  return (
    <header className="feed-head">
      {onBack ? (
        <IconButton icon="back" label={common('back')} onClick={onBack} />
      ) : (
        <span className="feed-head-space" />
      )}
      <TabLinks
        label={text('feeds')}
        {...(onRepeat && { onRepeat })}
        tabs={[
          { to: routes.following, label: text('following') },
          { to: routes.feed, label: text('forYou') },
          { to: routes.latest, label: text('latest') },
        ]}
      />
      <IconButton
        className="feed-search"
        icon="search"
        label={common('search')}
        onClick={() => void navigate(routes.search)}
      />
    </header>
  )
}

function Empty({ tab }: { readonly tab: FeedTab }) {
  const text = useTexts(feedTexts)
  const common = useTexts(commonTexts)
  return tab === 'following' ? (
    <EmptyState icon="user" title={text('emptyFollowing')}>
      <p className="muted">{text('emptyFollowingLong')}</p>
      <Link className="button is-primary" to={routes.feed}>
        {text('discover')}
      </Link>
    </EmptyState>
  ) : (
    <EmptyState icon="film" title={text('emptyForYou')}>
      <p className="muted">{text('emptyForYouLong')}</p>
      <Link className="button is-primary" to={routes.upload}>
        {common('upload')}
      </Link>
    </EmptyState>
  )
}

function SlideSkeleton() {
  const common = useTexts(commonTexts)
  return (
    <div className="reel" role="status">
      <span className="hidden">{common('loading')}</span>
      <div className="slide is-tall" aria-hidden="true">
        <div className="slide-stage">
          <div className="player is-skeleton" />
          <div className="actions">
            {[0, 1, 2, 3].map((index) => (
              <span key={index} className="skeleton is-round is-action" />
            ))}
          </div>
        </div>
      </div>
    </div>
  )
}
