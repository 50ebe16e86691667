import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, copyFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/** Records an upright clip like a phone's: 720×1280 at 30 frames per second, about 1 MB per second. */
export async function filmClip(ffmpegPath: string, seconds: number, path: string): Promise<void> {
  const bitRate = ['-b:v', '8250k', '-minrate', '8250k', '-maxrate', '8250k', '-bufsize', '8250k']
  await promisify(execFile)(ffmpegPath, [
    ...['-nostdin', '-y', '-v', 'error'],
    ...['-f', 'lavfi', '-i', `testsrc2=size=720x1280:rate=30:duration=${seconds},noise=alls=20:allf=t`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', ...bitRate],
    ...['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', path],
  ])
}

/** Copies a clip as a different file: a box that players skip is appended (`free`, ISO/IEC 14496-12 §8.1.2). */
export async function copyAsAnother(clip: string, path: string): Promise<void> {
  const header = Buffer.from('\0\0\0\x18free', 'latin1')
  await copyFile(clip, path)
  await appendFile(path, Buffer.concat([header, randomBytes(16)]))
}
