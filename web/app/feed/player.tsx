import { useEffect, useRef, useState } from 'react'
import { setPreferences, usePreferences } from '../settings/preferences.ts'
import { placeholderOf } from './placeholder.ts'
import { attachSource } from './source.ts'
import type { FeedVideo } from './use-feed.ts'

export interface PlayerProps {
  readonly video: FeedVideo
  /** Whether it is the one that is watched; its neighbours only load. */
  readonly isActive: boolean
  readonly isPaused: boolean
  readonly label: string
  readonly onPaused: (isPaused: boolean) => void
  /** Called with what was watched, when the video is left. */
  readonly onWatched: (watchedMs: number, positionMs: number, isCompleted: boolean) => void
  readonly onEnded: () => void
  readonly onFailed: () => void
  /** Called with whether the browser refused sound. */
  readonly onSilenced: (isSilenced: boolean) => void
  /** Called with the share that was played, 0 to 1. */
  readonly onProgress: (share: number) => void
}

/** Plays one video while it is active, with its cover above it until the first picture is there. */
export function Player(props: PlayerProps) {
  const { video, isActive, isPaused, label } = props
  const { sound, advances } = usePreferences()
  const element = useRef<HTMLVideoElement>(null)
  const latest = useRef(props)
  latest.current = props
  const [hasPicture, setHasPicture] = useState(false)
  const { playUrl, hlsUrl } = video

  useEffect(() => {
    const shown = element.current
    if (!shown) return undefined
    return attachSource(shown, { playUrl, hlsUrl: hlsUrl ?? null }, () => latest.current.onFailed())
  }, [playUrl, hlsUrl])

  useEffect(() => {
    const shown = element.current
    if (!shown) return undefined
    const isPlaying = isActive && !isPaused
    if (!isPlaying) {
      shown.pause()
      return undefined
    }
    let isOver = false
    shown.muted = !sound
    shown.play().then(
      () => latest.current.onSilenced(false),
      async (error: unknown) => {
        if (isOver || !(error instanceof DOMException) || error.name !== 'NotAllowedError') return
        // Before the page was touched, browsers play without sound only.
        shown.muted = true
        latest.current.onSilenced(true)
        await shown.play().catch(() => latest.current.onPaused(true))
      },
    )
    return () => void (isOver = true)
  }, [isActive, isPaused, sound])

  useEffect(() => {
    const shown = element.current
    if (!isActive || !shown) return undefined
    let watchedMs = 0
    let isCompleted = false
    let last = shown.currentTime
    const follow = (): void => {
      const step = shown.currentTime - last
      if (step > 0 && step < 1) watchedMs += step * 1_000
      // The end of a loop.
      if (step < -0.3 && last > shown.duration - 1) isCompleted = true
      last = shown.currentTime
      if (shown.duration > 0) latest.current.onProgress(shown.currentTime / shown.duration)
    }
    const hide = (): void => {
      if (document.hidden) shown.pause()
      else if (!latest.current.isPaused) shown.play().catch(() => undefined)
    }
    shown.addEventListener('timeupdate', follow)
    document.addEventListener('visibilitychange', hide)
    return () => {
      shown.removeEventListener('timeupdate', follow)
      document.removeEventListener('visibilitychange', hide)
      if (watchedMs > 0)
        latest.current.onWatched(Math.round(watchedMs), Math.round(last * 1_000), isCompleted || shown.ended)
      shown.currentTime = 0
    }
  }, [isActive])

  const placeholder = placeholderOf(video.thumbhash)
  return (
    <>
      <div className="player-backdrop" style={placeholder ? { backgroundImage: `url(${placeholder})` } : undefined} />
      <video
        ref={element}
        className="player-video"
        aria-label={label}
        playsInline
        loop={!advances}
        muted
        preload="auto"
        disableRemotePlayback
        onPlaying={() => setHasPicture(true)}
        onEnded={() => latest.current.onEnded()}
        onVolumeChange={(event) => {
          // The keys of a keyboard for sound.
          if (isActive && !event.currentTarget.muted && !sound) setPreferences({ sound: true })
        }}
      />
      <img
        className={hasPicture ? 'player-cover is-gone' : 'player-cover'}
        src={video.coverUrl}
        alt=""
        decoding="async"
      />
    </>
  )
}
