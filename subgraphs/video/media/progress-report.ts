/**
 * Parses ffmpeg's `-progress` output: lines of `key=value`, which may be split between two calls.
 *
 * @param onProgress called with the number of seconds written.
 */
export function readProgress(onProgress: (seconds: number) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      // In microseconds in every version, despite its name.
      const microseconds = Number(/^out_time_ms=(\d+)/.exec(line)?.[1])
      if (Number.isFinite(microseconds)) onProgress(microseconds / 1_000_000)
    }
  }
}
