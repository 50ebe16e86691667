/**
 * Reads what ffmpeg writes to `-progress`: lines of `key=value`, some of them torn between two calls.
 *
 * @param onProgress receives how many seconds of the result are written.
 */
export function readProgress(onProgress: (seconds: number) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      // In microseconds, whatever its name says, in every version.
      const microseconds = Number(/^out_time_ms=(\d+)/.exec(line)?.[1])
      if (Number.isFinite(microseconds)) onProgress(microseconds / 1_000_000)
    }
  }
}
