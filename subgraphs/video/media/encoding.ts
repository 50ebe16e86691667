import { encodedColour } from './colour.ts'
import type { Rung } from './ladder.ts'
import type { Picture } from './probe-report.ts'

/** Players switch rungs between segments, so segments of all rungs begin at the same times, with a key frame. */
const segmentSeconds = 4

/** H.264 that every phone decodes, with good quality within the bit rate of the rung. */
export function videoOptions(rung: Rung, picture: Picture): string[] {
  const { primaries, transfer, space } = encodedColour(picture.colour)
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-pix_fmt', 'yuv420p', '-threads', '2'],
    ...['-crf', '23', '-maxrate', String(rung.maxBitRate), '-bufsize', String(2 * rung.maxBitRate)],
    ...['-force_key_frames', `expr:gte(t,n_forced*${segmentSeconds})`, '-sc_threshold', '0'],
    // Newer versions take these from the filters, older ones from these options.
    ...['-color_range', 'tv', '-color_primaries', primaries, '-color_trc', transfer, '-colorspace', space],
  ]
}

/** AAC in two channels. */
export function audioOptions(rung: Rung): string[] {
  return ['-c:a', 'aac', '-b:a', String(rung.audioBitRate), '-ac', '2', '-ar', '48000']
}

/**
 * Exactly as long as the video: older versions show the last frame for longer. It begins at 0, even if not all streams are
 * decodable from there.
 */
export function lengthOptions({ durationMs }: Picture): string[] {
  return ['-t', String(durationMs / 1_000), '-avoid_negative_ts', 'disabled']
}

/** One file with all segments in sequence (CMAF), and a media playlist with their byte ranges. */
export function segmentOptions(path: string): string[] {
  return [
    ...['-hls_time', String(segmentSeconds), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
    ...['-hls_flags', 'single_file', '-hls_segment_filename', path],
  ]
}
