import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bootNetwork, type Network, type Topology } from '../network.ts'
import { createRestClient } from '../rest-client.ts'
import { describeAccounts } from './accounts.ts'
import { describeComments } from './comments.ts'
import { describeFavorites } from './favorites.ts'
import { describeFeed } from './feed.ts'
import { describeMessages } from './messages.ts'
import { describePublishing } from './publishing.ts'
import { describeRelations } from './relations.ts'
import type { Stage } from './stage.ts'
import { describeWire } from './wire.ts'

const maxUploadBytes = 4 * 1024 * 1024

/** The acceptance checklist of the mobile contract: on an empty database, and then on the same one again. */
export function describeContract(topology: Topology): void {
  describe(`the mobile contract, served ${topology}`, () => {
    let network: Network | undefined

    beforeAll(async () => {
      network = await bootNetwork({ topology, settings: { MAX_UPLOAD_BYTES: String(maxUploadBytes) } })
    }, 120_000)

    afterAll(() => network?.[Symbol.asyncDispose]())

    function stage(): Stage {
      if (!network) throw new Error('the network did not boot')
      const { restUrl, databaseUrl } = network
      return { client: createRestClient(restUrl), databaseUrl, maxUploadBytes }
    }

    it('has an empty feed before anything was published, which begins again now', async () => {
      const { body } = await stage().client.get('/douyin/feed/')
      expect(body).toMatchObject({ status_code: 0, video_list: [] })
      expect(Math.abs(body.next_time - Date.now())).toBeLessThan(10_000)
    })

    describe.each(['on an empty database', 'once more on the same'])('%s', () => {
      describeWire(stage)
      describeAccounts(stage)
      describePublishing(stage)
      describeFeed(stage)
      describeFavorites(stage)
      describeComments(stage)
      describeRelations(stage)
      describeMessages(stage)
    })
  })
}
