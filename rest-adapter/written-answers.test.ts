import { describe, expect, it } from 'vitest'
import { clip, now, page, parametersOf, restClip } from '../testing/rest-endpoints.ts'
import { feeds } from './endpoints/feed.ts'
import type { GraphRequest } from './endpoint.ts'
import type { Answer } from './graph.ts'
import { writeAnswer } from './written-answers.ts'

const question: GraphRequest = feeds.latest.requestFor(parametersOf({}), now)
const publishedAt = '2026-01-31T00:00:00.000Z'

function answer(title = clip.title): Answer {
  return { data: { feed: page({ ...clip, title, publishedAt }) }, errors: [] }
}

function frozen({ data, errors }: Answer): Answer {
  return { data: Object.freeze(data), errors }
}

describe('an answer as it is sent', () => {
  it('is the envelope with all that the presenter made, as JSON in UTF-8', () => {
    expect(JSON.parse(writeAnswer(question, answer('日落 "x" \u2028'), now).toString())).toEqual({
      status_code: 0,
      status_msg: 'success',
      video_list: [{ ...restClip, title: '日落 "x" \u2028' }],
      next_time: Date.parse(publishedAt),
    })
  })

  it('is written once when the gateway gives it to many, and for each caller otherwise', () => {
    const [everybodys, own] = [frozen(answer()), answer()]
    expect(writeAnswer(question, everybodys, now)).toBe(writeAnswer(question, everybodys, now + 1))
    // Strings are compared by value, so this checks the type instead of the identity.
    expect(typeof writeAnswer(question, own, now)).toBe('string')
    expect(writeAnswer(question, own, now)).toBe(writeAnswer(question, everybodys, now).toString())
  })

  it('is never what another route made of the same data', () => {
    const everybodys = frozen(answer())
    const other: GraphRequest = { operation: 'Feed', variables: {}, present: () => ({ video_list: [] }) }
    writeAnswer(question, everybodys, now)
    expect(JSON.parse(writeAnswer(other, everybodys, now).toString())).toMatchObject({ video_list: [] })
    expect(JSON.parse(writeAnswer(question, everybodys, now).toString())).toMatchObject({ video_list: [restClip] })
  })
})
