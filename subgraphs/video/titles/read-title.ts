import { foldForSearch, termsOf, vectorOf } from '../../../platform/text/search-terms.ts'
import type { MentionPlace } from '../../../platform/text/mentions.ts'
import { tagsIn } from '../../../platform/text/tags.ts'

/** Increment this when something else is read out of titles: all of them are then read again. */
export const titleVersion = 2

/** A topic in a title. */
export interface TitleTopic {
  /** Folded as search terms are: titles with the same name have the same topic. */
  readonly name: string
  readonly written: string
}

/** A mention with the id of its notification. */
export interface NotifiedMention extends MentionPlace {
  readonly id: string
}

/** What a title says, as JSON for the statement that stores it. */
export function readTitle(title: string, mentions: readonly NotifiedMention[] = []): string {
  return JSON.stringify({ terms: vectorOf(termsOf(title)), topics: topicsOf(title), mentions })
}

/** The topics of a title, each once. */
export function topicsOf(title: string): TitleTopic[] {
  const topics = new Map(tagsIn(title).map((written) => [topicName(written), written]))
  return [...topics].map(([name, written]) => ({ name, written }))
}

/** The name of a topic, with or without its `#`. */
export function topicName(written: string): string {
  return foldForSearch(written.replace(/^[#＃]/, ''))
}
