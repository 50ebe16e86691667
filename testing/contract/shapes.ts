import { expect } from 'vitest'

/** A field's type; `url` is an absolute address, `text` a non-empty text. */
type Field = 'number' | 'string' | 'boolean' | 'text' | 'url' | Shape
interface Shape {
  readonly [name: string]: Field
}

export const user: Shape = {
  id: 'number',
  name: 'text',
  follow_count: 'number',
  follower_count: 'number',
  is_follow: 'boolean',
  avatar: 'url',
  background_image: 'url',
  signature: 'text',
  total_favorited: 'number',
  work_count: 'number',
  favorite_count: 'number',
}

export const video: Shape = {
  id: 'number',
  author: user,
  play_url: 'url',
  cover_url: 'url',
  favorite_count: 'number',
  comment_count: 'number',
  is_favorite: 'boolean',
  title: 'string',
}

export const comment: Shape = { id: 'number', user, content: 'text', create_date: 'text' }

export const friend: Shape = { ...user, message: 'string', msgType: 'number', msg_type: 'number' }

export const message: Shape = {
  id: 'number',
  to_user_id: 'number',
  from_user_id: 'number',
  content: 'text',
  create_time: 'number',
}

/** Requires at least one value, and each to have exactly the fields of a shape. */
export function expectEach(values: readonly object[], shape: Shape): void {
  expect(values.length).toBeGreaterThan(0)
  for (const value of values) expect(describeValue(value, shape)).toEqual(shape)
}

/** The shape of a value; equal to the expected one where it conforms. */
function describeValue(value: unknown, wanted: Field | undefined): unknown {
  if (typeof value === 'object' && value !== null) {
    const fields = typeof wanted === 'object' ? wanted : {}
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, describeValue(field, fields[name])]))
  }
  if (wanted === 'url') return /^https?:\/\/[^/]+\/./.test(String(value)) ? 'url' : value
  if (wanted === 'text') return typeof value === 'string' && value !== '' ? 'text' : value
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return value
  return typeof value
}
