import { expect, it } from 'vitest'
import { playing, type Stage } from './stage.ts'

const offline = /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|WebSocket/

export function connectionTests(stage: () => Stage): void {
  it('tells when there is none, and when it is back', async () => {
    const erin = await stage().person('erin')
    const page = await stage().opens('/latest', { as: erin, expectedErrors: offline })
    await playing(page)
    await page.context().setOffline(true)
    await page.getByText('You are offline').waitFor()
    await stage().pictures(page, 'offline-phone')
    await page.context().setOffline(false)
    await page.getByText('Back online.').waitFor()
    expect(await page.getByText('You are offline').count()).toBe(0)
  })
}
