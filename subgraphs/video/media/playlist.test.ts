import { expect, it } from 'vitest'
import { colourOf } from './colour.ts'
import { ladderOf } from './ladder.ts'
import { upright } from './orientation.ts'
import { bitRates, masterPlaylist } from './playlist.ts'
import type { Picture } from './probe-report.ts'

const playlist = `#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="720.mp4",BYTERANGE="1325@0"
#EXTINF:4.000000,
#EXT-X-BYTERANGE:1000@1325
720.mp4
#EXTINF:1.000000,
#EXT-X-BYTERANGE:750@2325
720.mp4
#EXT-X-ENDLIST`

const picture: Picture = {
  ...{ codec: 'h264', width: 100, height: 100, startSeconds: 0, durationMs: 5_000, isCutOff: false },
  ...{ dynamicRange: 'standard', colour: colourOf({}, 100, 100), turn: upright, fields: null },
  ...{ hasAlpha: false, hasSound: true },
  steadyRate: '30000/1001',
}

it('reads the bit rates of a rung off its playlist', () => {
  // The first segment alone has less; the last one has 6 000 but is too short to count.
  expect(bitRates(playlist)).toEqual({ peak: 2_800, average: 2_800 })
  expect(bitRates('')).toEqual({ peak: 1, average: 1 })
})

it('tells players what they have to know to choose', () => {
  const [rung] = ladderOf(picture)
  // A box avcC: version 1, profile high (0x64), no constraints, level 3.1 (0x1f).
  const head = Buffer.from('....avcC\x01\x64\x00\x1f....mp4a....', 'latin1')
  expect(masterPlaylist([{ rung, uri: 'hls-100.m3u8', playlist, head }], picture)).toBe(
    [
      ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS'],
      '#EXT-X-STREAM-INF:BANDWIDTH=2800,AVERAGE-BANDWIDTH=2800,RESOLUTION=100x100,FRAME-RATE=29.970,' +
        'CODECS="avc1.64001f,mp4a.40.2"',
      ...['hls-100.m3u8', ''],
    ].join('\n'),
  )
})

it('says nothing of sound where there is none', () => {
  const [rung] = ladderOf(picture)
  const head = Buffer.from('....avcC\x01\x64\x00\x1f....', 'latin1')
  expect(masterPlaylist([{ rung, uri: 'a.m3u8', playlist, head }], picture)).toContain('CODECS="avc1.64001f"')
})
