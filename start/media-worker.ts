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
export async function startMediaWorker(ground: Dependencies): Promise<Worker> {
  const { environment, log } = ground
  const { WATERMARK_FONT: watermarkFont = null } = environment
  if (watermarkFont !== null) {
    await access(watermarkFont, constants.R_OK).catch((error: unknown) => {
      throw new WrongSetting(`Wrong setting: WATERMARK_FONT names ${watermarkFont}, which cannot be read`, {
        cause: error,
      })
    })
  }
  const { startWorker } = await import('../subgraphs/video/worker.ts')
  await ground.objectStore.prepare()
  return startWorker({
    database: await ground.database('video'),
    objectStore: ground.objectStore,
    ...(await ground.findFfmpeg()),
    maxSide: environment.MAX_VIDEO_SIDE,
    watermarkFont,
    concurrency: Math.max(1, environment.TRANSCODE_CONCURRENCY),
    log: log.child({ part: 'worker' }),
  })
}
