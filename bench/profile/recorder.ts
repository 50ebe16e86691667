/** Imported into a process before its main, records where it spends its time; written when it ends. */
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
