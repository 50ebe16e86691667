/** Preloaded into a process: records a CPU profile and writes it when the process ends. */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'

const folder = process.env['PROFILE_FOLDER']
if (folder !== undefined) {
  const session = new Session()
  session.connect()
  session.post('Profiler.enable')
  session.post('Profiler.start')
  process.on('exit', () => {
    session.post('Profiler.stop', (_error, { profile }) => {
      writeFileSync(join(folder, `${process.pid}.cpuprofile`), JSON.stringify(profile))
    })
  })
}
