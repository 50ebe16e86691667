import { expect, it } from 'vitest'
import { upright, type Turn } from './orientation.ts'
import { readProbeReport, type Announced } from './probe-report.ts'

const stream = { index: 0, codec_type: 'video', codec_name: 'h264', width: 1_920, height: 1_080 }
const packets = (seconds: number, start = 0) =>
  Array.from({ length: seconds * 10 }, (_, index) => ({
    stream_index: 0,
    pts_time: (start + index / 10).toFixed(6),
    duration_time: '0.100000',
  }))

function read(report: object, header?: Announced) {
  return readProbeReport(JSON.stringify(report), header)
}

const announced: Announced = {
  ...{ turn: upright, pictureEndMs: null, soundEndMs: null, hasPromises: true, lengthCounts: false },
}
const turned = (degrees: Turn['degrees']) => ({ turn: { isMirrored: false, degrees } })

it.each([
  ['without a turn', {}, {}, [1_920, 1_080]],
  ['a quarter to the right', {}, turned(90), [1_080, 1_920]],
  ['a quarter to the left', {}, turned(270), [1_080, 1_920]],
  ['a quarter, as a tag of old versions', { tags: { rotate: '270' } }, {}, [1_080, 1_920]],
  ['upside down', {}, turned(180), [1_920, 1_080]],
  ['with a turn that is no number', { tags: { rotate: 'left' } }, {}, [1_920, 1_080]],
  ['with wide pixels', { sample_aspect_ratio: '4:3' }, {}, [2_560, 1_080]],
  ['with wide pixels, a quarter', { width: 1_440, sample_aspect_ratio: '4:3' }, turned(90), [810, 1_440]],
  ['with pixels of unknown shape', { sample_aspect_ratio: '0:1' }, {}, [1_920, 1_080]],
])('tells the size of a picture as it is shown: %s', (_, details, header, [width, height]) => {
  const report = { streams: [{ ...stream, ...details }], packets: packets(1) }
  expect(read(report, { ...announced, ...header })).toMatchObject({ width, height })
})

it('takes the length that the frames show, and a longer claim where it is about nothing else', () => {
  const length = (report: object, header: Partial<Announced> = {}) =>
    read({ streams: [stream], ...report }, { ...announced, ...header })?.durationMs
  expect(length({ format: { duration: '2.5' }, packets: packets(2) })).toBe(2_000)
  expect(length({ format: { duration: '2.5' }, packets: packets(2) }, { lengthCounts: true })).toBe(2_500)
  expect(length({ format: { duration: '1' }, packets: packets(9) }, { lengthCounts: true })).toBe(9_000)
  expect(length({ format: {}, packets: packets(2) })).toBe(2_000)
  expect(length({ format: { duration: 'N/A' }, packets: packets(2, 3_600) })).toBe(2_000)
  expect(length({ format: { duration: '3602' }, packets: packets(2, 3_600) }, { lengthCounts: true })).toBe(2_000)
  expect(length({ packets: packets(9) }, { pictureEndMs: 3_000 })).toBe(3_000)
})

it('is as long as its picture and its sound together, without what an edit list leaves out', () => {
  const sound = { index: 1, codec_type: 'audio' }
  const heard = packets(5, 1).map((packet) => ({ ...packet, stream_index: 1 }))
  const leftOut = packets(4, -4).map((packet) => ({ ...packet, flags: 'KD_' }))
  const report = { streams: [stream, sound], packets: [...leftOut, ...packets(2), ...heard] }
  expect(read(report, announced)).toMatchObject({ startSeconds: 0, durationMs: 6_000, hasSound: true })
  expect(read({ ...report, packets: packets(2) }, announced)).toMatchObject({ durationMs: 2_000, hasSound: false })
})

it('notices when frames are missing that the header promises', () => {
  const isCutOff = (promised: string, seconds: number) =>
    read({ streams: [{ ...stream, duration: promised }], packets: packets(seconds) })?.isCutOff
  expect(isCutOff('10', 10)).toBe(false)
  expect(isCutOff('10.1', 10)).toBe(false)
  expect(isCutOff('10', 6)).toBe(true)
  expect(isCutOff('10', 0)).toBe(true)
})

it('notices that a picture has two fields', () => {
  const fields = (order: string) => read({ streams: [{ ...stream, field_order: order }], packets: packets(1) })?.fields
  expect(['progressive', 'tt', 'bb', 'tb', 'bt', 'unknown'].map(fields)).toEqual([
    null,
    'tff',
    'bff',
    'bff',
    'tff',
    null,
  ])
})

it('sees no picture where no stream has one', () => {
  expect(read({ streams: [], packets: [], format: { duration: '2' } })).toBeNull()
  expect(read({ streams: [{ codec_name: 'h264' }] })).toBeNull()
})
