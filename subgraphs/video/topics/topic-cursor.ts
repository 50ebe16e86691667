import { BadUserInput } from '../../../platform/runtime/errors.ts'
import type { FoundTopic } from './repository.ts'

/** A place in a list of topics by size. */
export type TopicPlace = Pick<FoundTopic, 'name' | 'videoCount'>

/** A cursor of a topic in a list by size. */
export function topicCursor({ name, videoCount }: TopicPlace): string {
  return Buffer.from(`${videoCount}:${name}`).toString('base64url')
}

/** @throws BadUserInput when it is no such cursor. */
export function placeInCursor(cursor: string): TopicPlace {
  const [, count, name] = /^(\d{1,9}):([^\0]{1,400})$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (count === undefined || name === undefined) {
    throw new BadUserInput({ en: 'Invalid cursor.', zh: '无效的翻页游标。' })
  }
  return { name, videoCount: Number(count) }
}
