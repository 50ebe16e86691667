import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SocialTables } from '../../../db/ownership.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { administrator, anonymous, ask, refusal, signedIn } from '../../../testing/callers.ts'
import { findMiscounts } from '../../../testing/miscounts.ts'
import { comment, contentsUnder } from '../../../testing/comments.ts'
import { startTestSocial, type TestSocial } from '../../../testing/social.ts'
import { scheduledSocialJobs } from '../scheduled-jobs.ts'

interface Case {
  readonly id: string
  readonly kind: string
  readonly subjectId: string
  readonly reportCount: number
  readonly owner: { readonly id: string }
  readonly video: { readonly id: string } | null
  readonly comment: { readonly content: string } | null
  readonly resolution: string | null
}

const caseFields = 'id kind subjectId reportCount owner { id } video { id } comment { content } resolution'
const list = `query ($isResolved: Boolean! = false, $first: Int! = 30, $after: String) {
  reportCases(isResolved: $isResolved, first: $first, after: $after) {
    edges { node { ${caseFields} } } pageInfo { hasNextPage endCursor }
  }
}`
const reportVideo = `mutation ($id: ID!, $category: ReportCategory! = SPAM, $note: String! = "") {
  reportVideo(input: { videoId: $id, category: $category, note: $note }) { subjectId isNew }
}`
const reportComment = `mutation ($id: ID!) {
  reportComment(input: { commentId: $id, category: HATE }) { subjectId isNew }
}`
const reportUser =
  'mutation ($id: ID!) { reportUser(input: { userId: $id, category: HARASSMENT }) { subjectId isNew } }'
const resolve = `mutation ($caseId: ID!, $resolution: ReportResolution!, $reason: String! = "because") {
  resolveReports(input: { caseId: $caseId, resolution: $resolution, reason: $reason }) {
    case { resolution reason resolvedBy { id } }
  }
}`

let social: TestSocial
let [alice, bob, carol] = ['', '', '']
const admin = administrator('987654')
let sunset: string

beforeAll(async () => {
  social = await startTestSocial()
})
beforeEach(async () => {
  await social.sql.query('truncate social.reports, social.report_cases')
  ;[alice = '', bob = '', carol = ''] = await social.register(3)
  sunset = await social.publish(alice)
})
afterAll(() => social[Symbol.asyncDispose]())

const act = (userId: string, query: string, id: string, more: Record<string, string> = {}) =>
  ask<Record<string, { isNew: boolean }>>(social.subgraph, signedIn(userId), query, { id, ...more })
const cases = async (variables: Record<string, unknown> = {}) =>
  (
    await ask<{ reportCases: { edges: { node: Case }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }>(
      ...([social.subgraph, admin, list, variables] as const),
    )
  ).reportCases
const queue = async (variables: Record<string, unknown> = {}) => (await cases(variables)).edges.map(({ node }) => node)
const only = async (variables: Record<string, unknown> = {}): Promise<Case> => {
  const [first, ...others] = await queue(variables)
  expect(others).toEqual([])
  return first ?? expect.unreachable('no case')
}
const decide = (caseId: string, resolution: string) => ask(social.subgraph, admin, resolve, { caseId, resolution })

describe('reports', () => {
  it('of one subject are one case, and count once for each user', async () => {
    expect(await act(bob, reportVideo, sunset, { category: 'VIOLENCE', note: ' look at 0:03 ' })).toEqual({
      reportVideo: { subjectId: sunset, isNew: true },
    })
    expect(await act(bob, reportVideo, sunset)).toMatchObject({ reportVideo: { isNew: false } })
    await act(carol, reportVideo, sunset)
    const found = await only()
    expect(found).toMatchObject({
      ...{ kind: 'VIDEO', subjectId: sunset, reportCount: 2, owner: { id: alice }, video: { id: sunset } },
      ...{ comment: null, resolution: null },
    })
    const reports = `query ($caseId: ID!) {
      reports(caseId: $caseId) { edges { node { category note reporter { id } } } }
    }`
    expect(await ask(social.subgraph, admin, reports, { caseId: found.id })).toEqual({
      reports: {
        edges: [
          { node: { category: 'SPAM', note: '', reporter: { id: carol } } },
          { node: { category: 'VIOLENCE', note: 'look at 0:03', reporter: { id: bob } } },
        ],
      },
    })
  })

  it('count exactly when many come together through two processes', async () => {
    const crowd = await social.register(30)
    const [here, elsewhere] = [social.subgraph, await social.startProcess()]
    await Promise.all(
      crowd.flatMap((userId) =>
        [here, elsewhere].map((process) =>
          process.execute({ query: reportVideo, variables: { id: sunset } }, signedIn(userId)),
        ),
      ),
    )
    expect((await only()).reportCount).toBe(30)
  })

  it('are about videos, comments and users, also across a block, and never about oneself', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'rude')
    await ask(social.subgraph, signedIn(carol), `mutation { blockUser(input: { userId: ${bob} }) { __typename } }`)
    await act(carol, reportComment, commentId)
    await act(carol, reportUser, bob)
    expect(await queue()).toMatchObject([
      { kind: 'USER', subjectId: bob, owner: { id: bob }, video: null, comment: null },
      { kind: 'COMMENT', subjectId: commentId, owner: { id: bob }, comment: { content: 'rude' } },
    ])
    for (const [userId, query, id] of [
      [alice, reportVideo, sunset],
      [bob, reportComment, commentId],
      [bob, reportUser, bob],
      [bob, reportUser, 'nonsense'],
    ] as const) {
      expect((await refusal(social.subgraph, signedIn(userId), query, { id })).code).toBe('BAD_USER_INPUT')
    }
    const note = 'x'.repeat(501)
    expect((await refusal(social.subgraph, signedIn(bob), reportVideo, { id: sunset, note })).code).toBe(
      'BAD_USER_INPUT',
    )
    for (const query of [reportVideo, reportComment, reportUser]) {
      const nothing = { id: social.newId() }
      expect((await refusal(social.subgraph, signedIn(bob), query, nothing)).code).toBe('NOT_FOUND')
      expect((await refusal(social.subgraph, anonymous, query, nothing)).code).toBe('UNAUTHENTICATED')
    }
  })

  it('are a hundred a day for each user, and one that was sent before is still no error', async () => {
    await act(bob, reportVideo, sunset)
    await social.sql.query(
      `insert into social.reports (subject_kind, subject_id, reporter_id, id, category, note)
       select 'USER', 7000000 + n, $1, 7000000 + n, 'SPAM', '' from generate_series(1, 99) as n`,
      [bob],
    )
    const rain = await social.publish(alice)
    expect((await refusal(social.subgraph, signedIn(bob), reportVideo, { id: rain })).code).toBe('RATE_LIMITED')
    expect(await act(bob, reportVideo, sunset)).toMatchObject({ reportVideo: { isNew: false } })
    await social.sql.query(
      `update social.reports set created_at = created_at - interval '1 day' where reporter_id = $1`,
      [bob],
    )
    expect(await act(bob, reportVideo, rain)).toMatchObject({ reportVideo: { isNew: true } })
  })
})

describe('the queue of moderators', () => {
  it('shows the most often reported first, page by page', async () => {
    const videos = [sunset, await social.publish(alice), await social.publish(alice)]
    const crowd = await social.register(3)
    for (const [index, videoId] of videos.entries()) {
      for (const userId of crowd.slice(0, [1, 3, 1][index])) await act(userId, reportVideo, videoId)
    }
    const first = await cases({ first: 2 })
    expect(first.edges.map(({ node }) => node.subjectId)).toEqual([videos[1], videos[2]])
    expect(first.pageInfo.hasNextPage).toBe(true)
    const rest = await cases({ first: 2, after: first.pageInfo.endCursor })
    expect(rest.edges.map(({ node }) => node.subjectId)).toEqual([videos[0]])
  })

  it('is for administrators alone, and so is what they do', async () => {
    await act(bob, reportVideo, sunset)
    const { id: caseId } = await only()
    const log = '{ reportAuditLog { edges { node { id } } } }'
    for (const [query, variables] of [
      [list, {}],
      [log, {}],
      ['query ($caseId: ID!) { reports(caseId: $caseId) { edges { cursor } } }', { caseId }],
      [resolve, { caseId, resolution: 'DISMISSED' }],
    ] as const) {
      expect((await refusal(social.subgraph, signedIn(bob), query, variables)).code).toBe('FORBIDDEN')
      expect((await refusal(social.subgraph, anonymous, query, variables)).code).toBe('UNAUTHENTICATED')
    }
  })

  it('is left by what is dismissed, once and with a record, until there is another report', async () => {
    await act(bob, reportVideo, sunset)
    const { id: caseId } = await only()
    expect(await decide(caseId, 'DISMISSED')).toEqual({
      resolveReports: { case: { resolution: 'DISMISSED', reason: 'because', resolvedBy: { id: '987654' } } },
    })
    await decide(caseId, 'BANNED')
    expect(await queue()).toEqual([])
    expect(await only({ isResolved: true })).toMatchObject({ id: caseId, resolution: 'DISMISSED' })
    const log = '{ reportAuditLog { edges { node { action subjectId reason actor { id } } } } }'
    expect(await ask(social.subgraph, admin, log)).toEqual({
      reportAuditLog: {
        edges: [{ node: { action: 'DISMISS_REPORTS', subjectId: sunset, reason: 'because', actor: { id: '987654' } } }],
      },
    })
    await expect(social.sql.query('delete from social.audit_log')).rejects.toThrow('nothing in audit_log')
    await act(carol, reportVideo, sunset)
    expect(await only()).toMatchObject({ id: caseId, reportCount: 2, resolution: null })
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('is entered again by what the same user reports anew, once for each resolution', async () => {
    await act(bob, reportVideo, sunset, { note: 'first' })
    await act(carol, reportVideo, sunset)
    const { id: caseId } = await only()
    for (const note of ['second', 'third']) {
      await decide(caseId, 'DISMISSED')
      expect(await act(bob, reportVideo, sunset, { note })).toMatchObject({ reportVideo: { isNew: true } })
      expect(await act(bob, reportVideo, sunset, { note: 'more' })).toMatchObject({ reportVideo: { isNew: false } })
      expect(await only()).toMatchObject({ id: caseId, reportCount: 2, resolution: null })
      const notes = '{ reports(caseId: CASE) { edges { node { note } } } }'.replace('CASE', caseId)
      expect(await ask(social.subgraph, admin, notes)).toEqual({
        reports: { edges: [{ node: { note } }, { node: { note: '' } }] },
      })
    }
    expect(await findMiscounts(social.sql)).toEqual([])
  })

  it('deletes a comment that is resolved as removed', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'rude')
    await act(alice, reportComment, commentId)
    await decide((await only()).id, 'REMOVED')
    expect(await contentsUnder(social.subgraph, sunset)).toEqual([])
    expect(await only({ isResolved: true })).toMatchObject({ kind: 'COMMENT', resolution: 'REMOVED', comment: null })
  })

  it('takes a resolution for what was done alone', async () => {
    const codeOf = async (caseId: string, resolution: string, reason = 'because') =>
      (await refusal(social.subgraph, admin, resolve, { caseId, resolution, reason })).code
    await act(bob, reportVideo, sunset)
    const { id: caseId } = await only()
    expect(await codeOf(caseId, 'REMOVED')).toBe('BAD_USER_INPUT')
    expect(await codeOf(caseId, 'BANNED')).toBe('BAD_USER_INPUT')
    expect(await codeOf(caseId, 'DISMISSED', ' ')).toBe('BAD_USER_INPUT')
    expect(await codeOf(social.newId(), 'DISMISSED')).toBe('NOT_FOUND')
    await social.sql.query('delete from video.videos where id = $1', [sunset])
    await decide(caseId, 'REMOVED')
    await act(bob, reportUser, carol)
    const { id: ofCarol } = await only()
    expect(await codeOf(ofCarol, 'REMOVED')).toBe('BAD_USER_INPUT')
    await social.sql.query(`update "user".accounts set banned_at = now(), ban_reason = 'spam' where id = $1`, [carol])
    await decide(ofCarol, 'BANNED')
    expect((await queue({ isResolved: true })).map(({ resolution }) => resolution)).toEqual(['BANNED', 'REMOVED'])
  })

  it('is left by subjects that are gone, and a scheduled job closes their cases', async () => {
    const { id: commentId } = await comment(social.subgraph, bob, sunset, 'rude')
    await act(carol, reportVideo, sunset)
    await act(carol, reportComment, commentId)
    await act(carol, reportUser, alice)
    await social.sql.query('delete from video.videos where id = $1', [sunset])
    expect(await queue()).toMatchObject([{ kind: 'USER' }])
    const onConnectionError = () => undefined
    const db = openDatabase<SocialTables>({ url: social.databaseUrl, schema: 'social', poolSize: 1, onConnectionError })
    const job = scheduledSocialJobs(db).find(({ name }) => name === 'close-reports')
    expect([await job?.work(), await job?.work()]).toEqual([2, 0])
    await db.destroy()
    expect((await queue({ isResolved: true })).map(({ resolution }) => resolution)).toEqual(['GONE', 'GONE'])
    expect(await queue()).toHaveLength(1)
  })
})
