import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** An installed browser, if there is one. */
export const chromiumPath = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path))
