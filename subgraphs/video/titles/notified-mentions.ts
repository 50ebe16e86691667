import type { IdGenerator } from '../../../platform/postgres/id-generator.ts'
import type { NotifiedMention } from './read-title.ts'
import type { TitleRepository } from './repository.ts'

/** Announces whom a title mentions to their event streams; call it after the commit. */
export type AnnounceMentioned = (mentions: readonly NotifiedMention[]) => void

/** The mentions in a title, each with an id for its notification. */
export async function notifiedMentions(
  { ids, titles }: { readonly ids: Pick<IdGenerator, 'next'>; readonly titles: Pick<TitleRepository, 'mentionsIn'> },
  title: string,
): Promise<NotifiedMention[]> {
  const mentions = await titles.mentionsIn(title)
  return mentions.map((mention) => ({ ...mention, id: ids.next() }))
}
