import { expect, it } from 'vitest'
import { readProbeReport } from './probe-report.ts'

const stream = { codec_name: 'h264', width: 1_920, height: 1_080 }
const packets = (seconds: number, start = 0) =>
  Array.from({ length: seconds * 10 }, (_, index) => ({
    pts_time: (start + index / 10).toFixed(6),
    duration_time: '0.100000',
  }))

function read(report: object) {
  return readProbeReport(JSON.stringify(report))
}

it.each([
  ['without a turn', {}, [1_920, 1_080]],
  ['a quarter to the right, in a display matrix', { side_data_list: [{ rotation: -90 }] }, [1_080, 1_920]],
  ['a quarter to the left, among other side data', { side_data_list: [{}, { rotation: 90 }] }, [1_080, 1_920]],
  ['a quarter, as a tag of old versions', { tags: { rotate: '270' } }, [1_080, 1_920]],
  ['upside down', { side_data_list: [{ rotation: 180 }] }, [1_920, 1_080]],
  ['with a turn that is no number', { tags: { rotate: 'left' } }, [1_920, 1_080]],
  ['with wide pixels', { sample_aspect_ratio: '4:3' }, [2_560, 1_080]],
  ['with wide pixels, a quarter', { sample_aspect_ratio: '4:3', tags: { rotate: '90' } }, [1_080, 2_560]],
  ['with pixels of unknown shape', { sample_aspect_ratio: '0:1' }, [1_920, 1_080]],
])('tells the size of a picture as it is shown: %s', (_, details, [width, height]) => {
  expect(read({ streams: [{ ...stream, ...details }], packets: packets(1) })).toMatchObject({ width, height })
})

it('takes the longest length that the header claims or the frames show', () => {
  const length = (report: object) => read({ streams: [stream], ...report })?.durationMs
  expect(length({ format: { duration: '2.5' }, packets: packets(2) })).toBe(2_500)
  expect(length({ format: { duration: '1' }, packets: packets(9) })).toBe(9_000)
  expect(length({ format: {}, packets: packets(2) })).toBe(2_000)
  expect(length({ format: { duration: 'N/A' }, packets: packets(2, 3_600) })).toBe(2_000)
  expect(length({ format: { duration: '36000' }, packets: [] })).toBe(36_000_000)
})

it('notices when frames are missing that the header promises', () => {
  const isCutOff = (promised: string, seconds: number) =>
    read({ streams: [{ ...stream, duration: promised }], packets: packets(seconds) })?.isCutOff
  expect(isCutOff('10', 10)).toBe(false)
  expect(isCutOff('10.1', 10)).toBe(false)
  expect(isCutOff('10', 6)).toBe(true)
  expect(isCutOff('10', 0)).toBe(true)
})

it('sees no picture where no stream has one', () => {
  expect(read({ streams: [], packets: [], format: { duration: '2' } })).toBeNull()
  expect(read({ streams: [{ codec_name: 'h264' }] })).toBeNull()
})
