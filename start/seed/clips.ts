import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** A short video with a picture and a sound of its own, as ffmpeg's sources draw and play it. */
export interface Scene {
  readonly title: string
  /** A chain of lavfi video sources and filters; the size is added to the source. */
  readonly picture: string
  /** An expression of time `t` for lavfi's aevalsrc. */
  readonly sound: string
}

const bell = (hertz: number): string => `0.3*sin(2*PI*${hertz}*t)*exp(-3*mod(t,1))`
const chord = (...hertz: number[]): string => hertz.map((tone) => `0.12*sin(2*PI*${tone}*t)`).join('+')

/** What the town publishes, each of another look. */
export const scenes: readonly Scene[] = [
  {
    title: '日落时分的海边 Sunset by the sea',
    picture: 'mandelbrot=size=270x480:rate=24:maxiter=60',
    sound: bell(440),
  },
  { title: '城市夜景 City lights', picture: 'testsrc2=size=270x480:rate=24,hue=h=200', sound: chord(220, 277, 330) },
  {
    title: 'Game of life',
    picture: 'life=size=54x96:mold=10:r=12:ratio=0.2:death_color=#C83232:life_color=#00FFAA',
    sound: bell(523),
  },
  { title: '彩虹 Rainbow', picture: 'smptebars=size=270x480:rate=24,hue=H=2*PI*t/3', sound: chord(262, 330, 392) },
  { title: 'Rule 110', picture: 'cellauto=size=270x480:rate=24:rule=110,negate', sound: bell(660) },
  { title: '霓虹 Neon', picture: 'rgbtestsrc=size=270x480:rate=24,hue=H=2*PI*t/2:s=3', sound: chord(196, 247, 294) },
  {
    title: '早安！Good morning',
    picture: 'color=c=0xE8873A:size=270x480:rate=24,drawgrid=w=27:h=27:t=3:c=white@0.6,rotate=t/2',
    sound: bell(587),
  },
  { title: 'Old television', picture: 'testsrc=size=270x480:rate=24,hue=s=0', sound: chord(330, 415, 494) },
]

/** Draws and plays a scene into an mp4 of some seconds, H.264 and AAC, 540×960. */
export async function film(ffmpegPath: string, scene: Scene, seconds: number, path: string): Promise<void> {
  await promisify(execFile)(ffmpegPath, [
    ...['-nostdin', '-y', '-v', 'error'],
    ...['-f', 'lavfi', '-i', scene.picture],
    ...['-f', 'lavfi', '-i', `aevalsrc='${scene.sound}':s=44100`],
    ...['-t', String(seconds), '-vf', 'scale=540:960:flags=neighbor,format=yuv420p'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '30', '-g', '48', '-c:a', 'aac', '-b:a', '64k'],
    ...['-movflags', '+faststart', path],
  ])
}
