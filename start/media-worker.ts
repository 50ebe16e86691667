import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { WrongSetting } from '../platform/runtime/environment.ts'
import type { Worker } from '../subgraphs/video/worker.ts'
import type { Dependencies } from './dependencies.ts'

/**
 * Starts the worker that makes renditions of videos; loads only its own code.
 *
 * @throws WrongSetting when the font for the watermark does not exist.
 */
export async function startMediaWorker(dependencies: Dependencies): Promise<Worker> {
  const { environment, log } = dependencies
  const { WATERMARK_FONT: watermarkFont = null } = environment
  if (watermarkFont !== null) {
    await access(watermarkFont, constants.R_OK).catch((error: unknown) => {
      throw new WrongSetting(`Wrong setting: WATERMARK_FONT names ${watermarkFont}, which cannot be read`, {
        cause: error,
      })
    })
  }
  const { startWorker } = await import('../subgraphs/video/worker.ts')
  await dependencies.objectStore.prepare()
  return startWorker({
    database: await dependencies.database('video'),
    objectStore: dependencies.objectStore,
    ...(await dependencies.findFfmpeg()),
    maxSide: environment.MAX_VIDEO_SIDE,
    watermarkFont,
    concurrency: Math.max(1, environment.TRANSCODE_CONCURRENCY),
    log: log.child({ part: 'worker' }),
  })
}
