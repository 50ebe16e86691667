import type { Rung } from './ladder.ts'
import type { Picture } from './probe-report.ts'

/** A player changes rungs between segments, so every rung begins one at the same moments, with a picture of its own. */
const segmentSeconds = 4

/** H.264 as every phone decodes it, good to look at within the bit rate of the rung. */
export function videoOptions(rung: Rung, picture: Picture): string[] {
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p', '-threads', '2'],
    ...['-crf', '23', '-maxrate', String(rung.maxBitRate), '-bufsize', String(2 * rung.maxBitRate)],
    ...['-force_key_frames', `expr:gte(t,n_forced*${segmentSeconds})`, '-sc_threshold', '0'],
    // Without it an encoder inherits that the source was of high dynamic range.
    ...(picture.dynamicRange !== 'standard'
      ? ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709']
      : []),
  ]
}

/** AAC in two channels; a gap in the sound, or one before it, is filled with silence. */
export function audioOptions(rung: Rung): string[] {
  return [
    ...['-c:a', 'aac', '-b:a', String(rung.audioBitRate), '-ac', '2', '-ar', '48000'],
    ...['-af', 'aresample=async=1:first_pts=0'],
  ]
}

/** One file with all segments behind each other (CMAF), and a media playlist that tells where each lies. */
export function segmentOptions(path: string): string[] {
  return [
    ...['-hls_time', String(segmentSeconds), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_flags', 'single_file', '-hls_segment_filename', path],
  ]
}
