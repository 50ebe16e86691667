import { short } from '../table.ts'
import type { Publication } from './measure.ts'

/** A table with the median of each size, as lines. */
export function mediaTable(publications: readonly Publication[]): string[] {
  const lengths = [...new Set(publications.map(({ videoSeconds }) => videoSeconds))]
  return [
    row('clip', 'visible', 'ready', 'CPU s per s of video', 'publishing CPU s', 'worker', 'its ffmpeg', 'others'),
    ...lengths.map((length) => {
      const ofLength = publications.filter(({ videoSeconds }) => videoSeconds === length)
      const of = (value: (publication: Publication) => number): number => median(ofLength.map(value))
      return row(
        `${Math.round(of(({ megabytes }) => megabytes))} MB, ${length} s`,
        `${short(of(({ visibleMs }) => visibleMs))} ms`,
        `${short(of(({ readyMs }) => readyMs))} ms`,
        of(({ workerCpuSeconds }) => workerCpuSeconds / length).toFixed(2),
        of(({ publishingCpuSeconds }) => publishingCpuSeconds).toFixed(2),
        `${Math.round(of(({ workerMegabytes }) => workerMegabytes))} MB`,
        `${Math.round(of(({ ffmpegMegabytes }) => ffmpegMegabytes))} MB`,
        `${Math.round(of(({ othersCores }) => othersCores) * 100)} %`,
      )
    }),
  ]
}

function row(...cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(14) : cell.padStart(index === 3 ? 21 : 17))).join('')
}

/** Of a non-empty list; the lower one of two middle values. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? NaN
}
