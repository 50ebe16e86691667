import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { expect, onTestFinished, vi } from 'vitest'
import { register, type Person } from '../../start/people.ts'
import { Stack } from '../../start/running.ts'
import { bootNetwork, type Network } from '../network.ts'
import { patience } from '../waiting.ts'
import { chromiumPath } from './chromium.ts'
import { film, type SceneName, type SceneOptions } from './scenes.ts'

export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } as const
export const desktop = { viewport: { width: 1440, height: 900 } } as const

export interface OpenOptions extends BrowserContextOptions {
  readonly as?: Person
  /** What this browser remembers, see `web/app/settings/preferences.ts`. */
  readonly preferences?: Readonly<Record<string, unknown>>
  /** Errors in the console that the test causes. */
  readonly expectedErrors?: RegExp
}

/** One system and one browser for all tests of the web client. */
export interface Stage extends AsyncDisposable {
  readonly network: Network
  /** Where the pages are. */
  readonly origin: string
  /** Signs up; the password is `password`. */
  person(name: string): Promise<Person>
  /** Publishes a scene. */
  publishes(author: Person, title: string, scene: SceneName, options?: SceneOptions): Promise<string>
  /** Opens a page in a browser of its own, on a phone by default; at the end of the test its console must hold no error. */
  opens(path: string, options?: OpenOptions): Promise<Page>
  /** Writes what a page shows into `screenshots/`, to be looked at. */
  pictures(page: Page, name: string): Promise<void>
}

const pictureFolder = fileURLToPath(new URL('../../screenshots/', import.meta.url))
const tokensName = 'short-video.tokens'
const preferencesName = 'short-video.preferences'

export async function setStage(): Promise<Stage> {
  const stack = new Stack()
  try {
    await mkdir(pictureFolder, { recursive: true })
    const network = stack.use(await bootNetwork({ settings: { TRANSCODE_CONCURRENCY: '1' } }))
    const browser = await chromium.launch({
      executablePath: chromiumPath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
    stack.use({ [Symbol.asyncDispose]: () => browser.close() })
    const origin = new URL(network.graphqlUrl).origin
    return {
      network,
      origin,
      person: (name) => register(network, name, 'password'),
      publishes: async (author, title, scene, options) => author.publishes(title, await film(scene, options)),
      opens: (path, options) => open(browser, network, origin, path, options),
      pictures: async (page, name) =>
        void (await page.screenshot({ path: `${pictureFolder}${name}.png`, animations: 'disabled' })),
      [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
    }
  } catch (error) {
    await stack[Symbol.asyncDispose]()
    throw error
  }
}

async function open(
  browser: Browser,
  network: Network,
  origin: string,
  path: string,
  { as, preferences, expectedErrors, ...contextOptions }: OpenOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ ...phone, colorScheme: 'dark', locale: 'en-US', ...contextOptions })
  const remembered = [
    ...(as ? [{ name: tokensName, value: JSON.stringify(await tokensOf(network, as)) }] : []),
    ...(preferences ? [{ name: preferencesName, value: JSON.stringify(preferences) }] : []),
  ]
  await context.addInitScript(`
    if (sessionStorage.getItem('begun') === null) {
      sessionStorage.setItem('begun', 'yes')
      for (const { name, value } of ${JSON.stringify(remembered)}) localStorage.setItem(name, value)
    }`)
  const page = await context.newPage()
  page.setDefaultTimeout(patience.timeout)
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' && expectedErrors?.test(message.text()) !== true) errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  onTestFinished(async () => {
    await context.close()
    expect(errors).toEqual([])
  })
  await page.goto(`${origin}${path}`)
  return page
}

/** What a sign-in leaves in a browser. */
async function tokensOf({ graphqlUrl }: Network, { name }: Person): Promise<unknown> {
  const query = `mutation ($name: String!) {
    login(input: { name: $name, password: "password" }) { accessToken expiresAt refreshToken user { id name } }
  }`
  const response = await fetch(graphqlUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { name } }),
  })
  return ((await response.json()) as { data: { login: unknown } }).data.login
}

/** The video that plays at present, once one does. */
export function playing(page: Page): Promise<{ id: string; isMuted: boolean; src: string; player: string | null }> {
  return becomes(
    page,
    `(() => {
      const video = document.querySelector('[aria-current=true] video')
      if (!video || video.paused || video.currentTime === 0) return null
      return {
        id: video.closest('[data-video]').dataset.video,
        isMuted: video.muted,
        src: video.currentSrc,
        player: video.dataset.player ?? null,
      }
    })()`,
  )
}

/** Waits until an expression in a page is something else than false; asks from outside, as the page may evaluate no texts. */
export async function becomes<Value>(page: Page, expression: string): Promise<Value> {
  let value: unknown
  await vi.waitUntil(
    async () => {
      value = await page.evaluate(expression)
      return value !== null && value !== undefined && value !== false
    },
    { ...patience, interval: 20 },
  )
  return value as Value
}

/** Fails where what a page shows breaks rules of WCAG 2.2 AA, seriously or worse. */
export async function accessible(page: Page): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  const found = await page.evaluate<
    { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
  >(`${axe.source}; axe.run(document, { runOnly: ${JSON.stringify(tags)} }).then(({ violations }) => violations)`)
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n')}`)).toEqual([])
}

/** Waits until a video has all its renditions. */
export async function ready(person: Person, videoId: string): Promise<void> {
  const query = 'query ($id: ID!) { video(id: $id) { status } }'
  await vi.waitUntil(
    async () => (await person.asks<{ video: { status: string } }>(query, { id: videoId })).video.status === 'READY',
    { ...patience, interval: 200 },
  )
}
