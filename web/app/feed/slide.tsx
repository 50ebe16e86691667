import { memo, useEffect, useRef, useState, type PointerEvent } from 'react'
import { Link } from 'react-router'
import { userPath } from '../../routes.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { Icon } from '../components/icon.tsx'
import { RichText } from '../components/rich-text.tsx'
import { useFormats, useTexts } from '../language/language.ts'
import { setPreferences, usePreferences } from '../settings/preferences.ts'
import { useSession } from '../sign-in/session.tsx'
import { Actions } from './actions.tsx'
import { Player } from './player.tsx'
import { feedTexts } from './texts.ts'
import type { FeedVideo } from './use-feed.ts'
import { useReactions } from './use-reactions.ts'
import { noteView } from './views.ts'

export interface SlideProps {
  readonly video: FeedVideo
  readonly isActive: boolean
  /** Whether it is loaded: the active one and its neighbours. */
  readonly isNear: boolean
  readonly isPaused: boolean
  readonly onPaused: (isPaused: boolean) => void
  readonly onNext: () => void
  readonly onComments: () => void
  readonly onMore: (video: FeedVideo) => void
}

interface Heart {
  readonly id: number
  readonly x: number
  readonly y: number
}

/** Two presses within this time, in milliseconds, are one like. */
const doubleMs = 260
const longPressMs = 500

/** One video with all that belongs to it, as large as the screen. */
export const Slide = memo(function Slide(props: SlideProps) {
  const { video, isActive, isNear, isPaused, onPaused, onNext, onComments, onMore } = props
  const text = useTexts(feedTexts)
  const formats = useFormats()
  const { user } = useSession()
  const { sound } = usePreferences()
  const reactions = useReactions(video)
  const [hasFailed, setHasFailed] = useState(false)
  const [isSilenced, setIsSilenced] = useState(false)
  const [attempt, setAttempt] = useState(0)
  const [hearts, setHearts] = useState<readonly Heart[]>([])
  const bar = useRef<HTMLSpanElement>(null)
  const press = useRef<{ timer?: ReturnType<typeof setTimeout>; lastAt: number; isLong: boolean }>({
    lastAt: 0,
    isLong: false,
  })
  const isMuted = !sound || isSilenced
  const name = video.author?.name ?? ''

  useEffect(() => () => clearTimeout(press.current.timer), [])

  function showHeart(x: number, y: number): void {
    const heart = { id: Date.now(), x, y }
    setHearts((shown) => [...shown.slice(-4), heart])
    setTimeout(() => setHearts((shown) => shown.filter(({ id }) => id !== heart.id)), 900)
  }

  function click(event: { readonly clientX: number; readonly clientY: number; readonly currentTarget: Element }): void {
    const state = press.current
    clearTimeout(state.timer)
    if (state.isLong) return
    const now = performance.now()
    if (now - state.lastAt < doubleMs) {
      const box = event.currentTarget.getBoundingClientRect()
      showHeart(event.clientX - box.left, event.clientY - box.top)
      reactions.like()
      // A third press is another heart, not a pause.
      state.lastAt = now
      return
    }
    state.lastAt = now
    state.timer = setTimeout(() => onPaused(!isPaused), doubleMs)
  }

  function begin(event: PointerEvent): void {
    if (event.button !== 0) return
    const state = press.current
    state.isLong = false
    clearTimeout(state.timer)
    if (performance.now() - state.lastAt < doubleMs) return
    state.timer = setTimeout(() => {
      state.isLong = true
      onMore(video)
    }, longPressMs)
  }

  const isProcessing = user?.id === video.author?.id && (video.status === 'UPLOADED' || video.status === 'PROCESSING')
  const isWide = video.width > video.height
  return (
    <article
      className={`slide ${isWide ? 'is-wide' : 'is-tall'}`}
      aria-label={text('video', { name, title: video.title })}
      data-video={video.id}
      aria-current={isActive}
    >
      <div className="slide-stage">
        <div className="player" style={{ ['--width' as string]: video.width, ['--height' as string]: video.height }}>
          {isNear && !hasFailed ? (
            <Player
              key={attempt}
              video={video}
              isActive={isActive}
              isPaused={isPaused}
              label={text('video', { name, title: video.title })}
              onPaused={onPaused}
              onWatched={(watchedMs, positionMs, isCompleted) => noteView(video.id, watchedMs, positionMs, isCompleted)}
              onEnded={onNext}
              onFailed={() => setHasFailed(true)}
              onSilenced={setIsSilenced}
              onProgress={(share) => bar.current?.style.setProperty('--share', String(share))}
            />
          ) : null}
          {hasFailed && (
            <div className="player-failed" role="alert">
              <Icon name="warning" />
              <p>{text('cannotPlay')}</p>
              <Button
                icon="refresh"
                onClick={() => {
                  setHasFailed(false)
                  setAttempt(attempt + 1)
                }}
              >
                {text('refresh')}
              </Button>
            </div>
          )}
          {!hasFailed && (
            <button
              type="button"
              className="player-press"
              tabIndex={isActive ? 0 : -1}
              aria-label={text(isPaused ? 'play' : 'pause')}
              onPointerDown={begin}
              onPointerMove={(event) => {
                if (Math.abs(event.movementY) > 6) clearTimeout(press.current.timer)
              }}
              onPointerCancel={() => clearTimeout(press.current.timer)}
              onContextMenu={(event) => event.preventDefault()}
              onClick={(event) => {
                // From the keyboard it has no place.
                if (event.detail === 0) onPaused(!isPaused)
                else click(event)
              }}
            >
              {isActive && isPaused && (
                <span className="player-play">
                  <Icon name="play" isSolid />
                </span>
              )}
              {hearts.map(({ id, x, y }) => (
                <span key={id} className="burst" style={{ left: x, top: y }}>
                  <Icon name="heart" isSolid />
                </span>
              ))}
            </button>
          )}
          {isActive && isMuted && !hasFailed && (
            <button
              type="button"
              className="sound-hint"
              onClick={() => {
                setIsSilenced(false)
                setPreferences({ sound: true })
              }}
            >
              <Icon name="soundOff" />
              {text('tapForSound')}
            </button>
          )}
          <div className="caption">
            {isProcessing && (
              <p className="chip">
                <span className="spinner" aria-hidden="true" />
                {video.progress == null ? text('processing') : text('processingAt', { progress: video.progress })}
              </p>
            )}
            {video.author && (
              <Link className="caption-name" to={userPath(video.author.id)} tabIndex={isActive ? 0 : -1}>
                @{name}
              </Link>
            )}
            {video.title && (
              <p className="caption-title">
                <RichText text={video.title} />
              </p>
            )}
            <p className="caption-date">{formats.ago(video.publishedAt)}</p>
          </div>
          <span className="player-bar" ref={bar} aria-hidden="true" />
        </div>
        {isNear && (
          <Actions video={video} reactions={reactions} isActive={isActive} onComments={onComments} onMore={onMore}>
            {video.author && (
              <div className="actions-author">
                <Link
                  to={userPath(video.author.id)}
                  tabIndex={isActive ? 0 : -1}
                  aria-label={text('profileOf', { name })}
                >
                  <Avatar src={video.author.avatar} />
                </Link>
                {video.author.isFollow !== true && video.author.id !== user?.id && (
                  <button
                    type="button"
                    className="follow-plus"
                    aria-label={text('follow', { name })}
                    tabIndex={isActive ? 0 : -1}
                    onClick={reactions.follow}
                  >
                    <Icon name="plus" />
                  </button>
                )}
              </div>
            )}
          </Actions>
        )}
      </div>
    </article>
  )
})
