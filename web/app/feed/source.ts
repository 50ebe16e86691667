import { preferences } from '../settings/preferences.ts'

export interface VideoAddresses {
  readonly playUrl: string
  readonly hlsUrl?: string | null
}

const hlsType = 'application/vnd.apple.mpegurl'

/**
 * Gives a video element something to play: HLS where the browser plays it, HLS by a library where it has media sources, otherwise
 * the file. What fails as HLS is tried as a file.
 *
 * @returns a function that takes it away, and frees its memory.
 */
export function attachSource(video: HTMLVideoElement, addresses: VideoAddresses, onFailed: () => void): () => void {
  const { playUrl, hlsUrl } = addresses
  let isOver = false
  let destroy: (() => void) | undefined

  function playFile(): void {
    destroy?.()
    destroy = undefined
    if (isOver) return
    video.onerror = onFailed
    video.src = playUrl
  }

  async function playByLibrary(url: string): Promise<void> {
    const { default: Hls } = await import('hls.js/light')
    if (isOver) return
    if (!Hls.isSupported()) {
      playFile()
      return
    }
    const hls = new Hls({ maxBufferLength: 15, capLevelToPlayerSize: true })
    destroy = () => hls.destroy()
    hls.on(Hls.Events.ERROR, (_, { fatal }) => {
      if (fatal) playFile()
    })
    hls.loadSource(url)
    hls.attachMedia(video)
    video.dataset['player'] = 'hls.js'
  }

  if (hlsUrl == null) playFile()
  else if (preferences().player === 'native' && video.canPlayType(hlsType) !== '') {
    video.onerror = playFile
    video.src = hlsUrl
  } else playByLibrary(hlsUrl).catch(playFile)

  return () => {
    isOver = true
    video.onerror = null
    destroy?.()
    video.pause()
    video.removeAttribute('src')
    video.load()
  }
}
