import { lazy, Suspense, useCallback, useEffect, useRef, useState, type TouchEvent } from 'react'
import { IconButton, Button } from '../components/button.tsx'
import { ErrorBoundary } from '../components/error-boundary.tsx'
import { reducedMotion, useMediaQuery, wideScreen } from '../components/media-query.ts'
import { Icon } from '../components/icon.tsx'
import { useTexts } from '../language/language.ts'
import { setPreferences, preferences, usePreferences } from '../settings/preferences.ts'
import { Slide } from './slide.tsx'
import { feedTexts } from './texts.ts'
import { useReactions } from './use-reactions.ts'
import type { Feed, FeedVideo } from './use-feed.ts'

const Comments = lazy(() => import('../comments/comments.tsx'))
const MoreSheet = lazy(() => import('./more-sheet.tsx'))
const ShortcutSheet = lazy(() => import('./shortcut-sheet.tsx'))

/** So many videos before the end, more are read. */
const readAhead = 3
/** Slides further away than this are empty boxes. */
const drawn = 2
const pullDistance = 90

/** Where each feed was left, for as long as the page is open. */
const positions = new Map<string, string>()

export interface ReelProps {
  /** A name under which the position is remembered. */
  readonly name: string
  readonly feed: Feed
}

/** Videos below each other, of which one fills the screen; three are loaded at most. */
export function Reel({ name, feed }: ReelProps) {
  const { videos, hasMore, isLoading, loadMore, refresh } = feed
  const text = useTexts(feedTexts)
  const { advances, autoplay } = usePreferences()
  const isStill = useMediaQuery(reducedMotion) || !autoplay
  const isWide = useMediaQuery(wideScreen)
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      videos.findIndex(({ id }) => id === positions.get(name)),
    ),
  )
  const [isPaused, setIsPaused] = useState(isStill)
  const [hasComments, setHasComments] = useState(false)
  const [hasHelp, setHasHelp] = useState(false)
  const [more, setMore] = useState<FeedVideo | null>(null)
  const [pulled, setPulled] = useState(0)
  const pullFrom = useRef<number>(undefined)
  const video = videos[active]
  const videoId = video?.id

  const activate = useCallback(
    (index: number) => {
      setActive(index)
      setIsPaused(isStill)
    },
    [isStill],
  )

  useEffect(() => {
    if (videoId !== undefined) positions.set(name, videoId)
  }, [name, videoId])

  useEffect(() => {
    if (active >= videos.length - readAhead) loadMore()
  }, [active, videos.length, loadMore])

  // Where it was left, without moving there.
  useEffect(() => {
    slideAt(scroller.current, active)?.scrollIntoView({ behavior: 'instant', block: 'start' })
  }, [])

  useEffect(() => {
    const root = scroller.current
    if (!root) return undefined
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          const index = [...root.children].indexOf(target)
          if (isIntersecting && index >= 0 && index < videos.length) activate(index)
        }
      },
      { root, threshold: 0.6 },
    )
    for (const slide of root.children) observer.observe(slide)
    return () => observer.disconnect()
  }, [videos.length, activate])

  const goTo = useCallback(
    (index: number) => {
      const slide = slideAt(scroller.current, index)
      if (!slide || index < 0) return
      if (index < videos.length) activate(index)
      slide.scrollIntoView({ behavior: isStill ? 'instant' : 'smooth', block: 'start' })
    },
    [videos.length, activate, isStill],
  )

  useKeys({
    goTo,
    active,
    video,
    togglePause: () => setIsPaused((before) => !before),
    toggleComments: () => setHasComments((before) => !before),
    close: () => setHasComments(false),
    help: () => setHasHelp(true),
  })

  function pull(event: TouchEvent): void {
    const y = event.touches[0]?.clientY ?? 0
    if (event.type === 'touchstart') pullFrom.current = scroller.current?.scrollTop === 0 ? y : undefined
    else if (event.type === 'touchmove' && pullFrom.current !== undefined) setPulled(Math.max(0, y - pullFrom.current))
    else if (event.type === 'touchend') {
      if (pulled > pullDistance) {
        refresh()
        goTo(0)
      }
      setPulled(0)
    }
  }

  return (
    <div className={hasComments ? 'theatre has-comments' : 'theatre'}>
      <div className="reel" ref={scroller} onTouchStart={pull} onTouchMove={pull} onTouchEnd={pull}>
        {videos.map((one, index) =>
          Math.abs(index - active) <= drawn ? (
            <Slide
              key={one.id}
              video={one}
              isActive={index === active}
              isNear={Math.abs(index - active) <= 1}
              isPaused={isPaused}
              onPaused={setIsPaused}
              onNext={() => {
                if (advances) goTo(index + 1)
              }}
              onComments={() => setHasComments(!hasComments)}
              onMore={setMore}
            />
          ) : (
            <article key={one.id} className="slide" aria-hidden="true" data-video={one.id} />
          ),
        )}
        {!hasMore && !isLoading && (
          <div className="slide is-end">
            <div className="state">
              <span className="state-icon">
                <Icon name="check" />
              </span>
              <h2>{text('end')}</h2>
              <p className="muted">{text('endLong')}</p>
              <Button
                icon="refresh"
                onClick={() => {
                  refresh()
                  goTo(0)
                }}
              >
                {text('refresh')}
              </Button>
            </div>
          </div>
        )}
      </div>
      {pulled > 20 && (
        <p className="pull" style={{ transform: `translate(-50%, ${Math.min(pulled, pullDistance) / 2}px)` }}>
          <Icon name="refresh" /> {pulled > pullDistance ? text('pullToRefresh') : text('refresh')}
        </p>
      )}
      {isWide && (
        <div className="arrows">
          <IconButton icon="up" label={text('previous')} disabled={active === 0} onClick={() => goTo(active - 1)} />
          <IconButton icon="down" label={text('next')} onClick={() => goTo(active + 1)} />
        </div>
      )}
      <ErrorBoundary resetBy={videoId ?? ''}>
        <Suspense>
          {hasComments && video && (
            <Comments key={video.id} video={video} isBeside={isWide} onClose={() => setHasComments(false)} />
          )}
          {more && <MoreSheet video={more} onClose={() => setMore(null)} />}
          {hasHelp && <ShortcutSheet onClose={() => setHasHelp(false)} />}
        </Suspense>
      </ErrorBoundary>
    </div>
  )
}

function slideAt(root: HTMLElement | null, index: number): Element | undefined {
  return root?.children[index]
}

interface Keys {
  readonly goTo: (index: number) => void
  readonly active: number
  readonly video: FeedVideo | undefined
  readonly togglePause: () => void
  readonly toggleComments: () => void
  readonly close: () => void
  readonly help: () => void
}

/** The keys of the feed, unless something is written or a dialog is open. */
function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  const like = useRef<() => void>(undefined)
  like.current = useReactions(keys.video ?? nothing).toggleLike
  useEffect(() => {
    function press(event: KeyboardEvent): void {
      const { target, key, ctrlKey, metaKey, altKey } = event
      if (ctrlKey || metaKey || altKey || document.querySelector('dialog[open]')) return
      const element = target as HTMLElement
      if (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) return
      const { goTo, active, togglePause, toggleComments, close, help } = latest.current
      const actions: Record<string, () => void> = {
        ArrowDown: () => goTo(active + 1),
        j: () => goTo(active + 1),
        ArrowUp: () => goTo(active - 1),
        k: () => goTo(active - 1),
        ' ': togglePause,
        m: () => setPreferences({ sound: !preferences().sound }),
        l: () => like.current?.(),
        c: toggleComments,
        Escape: close,
        '?': help,
      }
      // A button that has the focus is pressed by space.
      if (key === ' ' && /^(BUTTON|A)$/.test(element.tagName)) return
      const action = actions[key]
      if (!action) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}

const nothing = { id: '', title: '', author: null } as unknown as FeedVideo
