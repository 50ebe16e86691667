import { recountSocial } from '../subgraphs/social/counts/recount.ts'
import { recountVideos } from '../subgraphs/video/videos/recount.ts'

/** The result of recounting all counts, as `npm start -- recount` does. */
export interface Recount {
  /** How many rows of each stored count were wrong; none in a correct system. */
  readonly wrong: Readonly<Record<string, number>>
  readonly seconds: number
}

/** Recounts all counts of a system. */
export async function recount(databaseUrl: string): Promise<Recount> {
  const start = performance.now()
  const miscounts = [...(await recountSocial({ url: databaseUrl })), ...(await recountVideos({ url: databaseUrl }))]
  const seconds = (performance.now() - start) / 1_000
  const wrong: Record<string, number> = {}
  for (const { count } of miscounts) wrong[count] = (wrong[count] ?? 0) + 1
  return { wrong, seconds }
}

/** How many rows were wrong. */
export function wrongIn({ wrong }: Recount): number {
  return Object.values(wrong).reduce((sum, count) => sum + count, 0)
}
