import { useEffect, useState } from 'react'
import { Icon } from '../components/icon.tsx'
import { useFormats, useTexts } from '../language/language.ts'
import { uploadTexts } from './texts.ts'

interface Frame {
  readonly time: number
  /** A small picture, as the address of an image. */
  readonly picture: string
}

interface CoverPickerProps {
  readonly url: string
  /** The time of the chosen frame in seconds; null leaves it to the server. */
  readonly chosen: number | null
  readonly onChoose: (time: number | null) => void
}

const frameCount = 6
const frameHeight = 160

/** Frames of a video, of which one becomes the cover. */
export function CoverPicker({ url, chosen, onChoose }: CoverPickerProps) {
  const text = useTexts(uploadTexts)
  const { duration } = useFormats()
  const [frames, setFrames] = useState<readonly Frame[]>([])
  useEffect(() => {
    const stop = new AbortController()
    readFrames(url, stop.signal, (frame) => setFrames((before) => [...before, frame])).catch(() => undefined)
    return () => {
      stop.abort()
      setFrames([])
    }
  }, [url])

  // What the browser cannot show, the server may know.
  if (frames.length === 0) return null
  return (
    <fieldset className="covers">
      <legend>{text('cover')}</legend>
      <div className="covers-row">
        <label className="cover is-auto" title={text('coverAuto')}>
          <input type="radio" name="cover" checked={chosen === null} onChange={() => onChoose(null)} />
          <span>
            <Icon name="film" />
            {text('coverAuto')}
          </span>
        </label>
        {frames.map(({ time, picture }) => (
          <label key={time} className="cover">
            <input
              type="radio"
              name="cover"
              aria-label={text('coverAt', { time: duration(time) })}
              checked={chosen === time}
              onChange={() => onChoose(time)}
            />
            <img src={picture} alt="" />
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** Draws some frames of a video, one after the other. */
async function readFrames(url: string, signal: AbortSignal, onFrame: (frame: Frame) => void): Promise<void> {
  const video = document.createElement('video')
  video.muted = true
  video.preload = 'auto'
  video.src = url
  try {
    await once(video, 'loadeddata', signal)
    const canvas = document.createElement('canvas')
    canvas.height = frameHeight
    canvas.width = Math.round((frameHeight * video.videoWidth) / video.videoHeight)
    const drawing = canvas.getContext('2d')
    if (!drawing || !Number.isFinite(video.duration)) return
    for (let index = 0; index < frameCount; index++) {
      const time = Number(((video.duration * (index + 0.5)) / frameCount).toFixed(2))
      video.currentTime = time
      await once(video, 'seeked', signal)
      drawing.drawImage(video, 0, 0, canvas.width, canvas.height)
      onFrame({ time, picture: canvas.toDataURL('image/jpeg', 0.7) })
    }
  } finally {
    video.removeAttribute('src')
    video.load()
  }
}

function once(target: EventTarget, name: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(name))
    target.addEventListener(name, () => resolve(), { once: true, signal })
    target.addEventListener('error', fail, { once: true, signal })
    signal.addEventListener('abort', fail, { once: true })
  })
}
