import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'vitest'

/** Small pictures, by expressions of place and time, which are made large: they look like something at hardly any cost. */
const scenes = {
  sunset: [
    'if(lt(hypot(X-46,Y-78-3*T),17),255,if(gt(Y,108),90+60*sin(Y/3+T*2)*lt(abs(X-46),26+Y/9),250-90*Y/H))',
    'if(lt(hypot(X-46,Y-78-3*T),17),226,if(gt(Y,108),50+40*sin(Y/3+T*2)*lt(abs(X-46),26+Y/9),90+110*Y/H))',
    'if(lt(hypot(X-46,Y-78-3*T),17),160,if(gt(Y,108),96+20*sin(Y/4-T),120-30*Y/H))',
  ],
  hills: [
    'if(gt(Y,120+14*sin(X/16+T/3)),20,if(gt(Y,96+18*sin(X/24+2)),44,150+60*Y/H))',
    'if(gt(Y,120+14*sin(X/16+T/3)),74,if(gt(Y,96+18*sin(X/24+2)),110,196+30*Y/H))',
    'if(gt(Y,120+14*sin(X/16+T/3)),52,if(gt(Y,96+18*sin(X/24+2)),92,235))',
  ],
  night: [
    'if(gt(Y,70+38*mod(floor(X/11)*7,5)/4),if(lt(mod(X,11),8)*lt(mod(Y,9),5)*gt(mod(floor(X/11)*13+floor(Y/9)*7+floor(T),5),2),250,24),18+30*Y/H)',
    'if(gt(Y,70+38*mod(floor(X/11)*7,5)/4),if(lt(mod(X,11),8)*lt(mod(Y,9),5)*gt(mod(floor(X/11)*13+floor(Y/9)*7+floor(T),5),2),205,26),20+24*Y/H)',
    'if(gt(Y,70+38*mod(floor(X/11)*7,5)/4),if(lt(mod(X,11),8)*lt(mod(Y,9),5)*gt(mod(floor(X/11)*13+floor(Y/9)*7+floor(T),5),2),120,44),58+70*Y/H)',
  ],
} as const

export type SceneName = keyof typeof scenes

export interface SceneOptions {
  readonly seconds?: number
  /** Landscape instead of portrait. */
  readonly isWide?: boolean
}

/** The path of a video of a scene, with a soft tone. */
export async function film(name: SceneName, { seconds = 3, isWide = false }: SceneOptions = {}): Promise<string> {
  const path = `${inject('services').folder}/scenes/${name}-${seconds}-${isWide}.mp4`
  await mkdir(dirname(path), { recursive: true })
  const [red, green, blue] = scenes[name]
  const [small, cut, large] = isWide ? ['160x160', 'crop=160:90:0:60,', '960:540'] : ['90x160', '', '540:960']
  await promisify(execFile)(inject('services').ffmpegPath, [
    ...['-nostdin', '-y', '-v', 'error'],
    ...[
      '-f',
      'lavfi',
      '-i',
      `nullsrc=size=${small}:rate=15:duration=${seconds},geq=r='${red}':g='${green}':b='${blue}'`,
    ],
    ...['-f', 'lavfi', '-i', `sine=frequency=220:duration=${seconds}`],
    ...['-vf', `${cut}scale=${large}:flags=bicubic,format=yuv420p`, '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-c:a', 'aac', '-movflags', '+faststart', path],
  ])
  return path
}
