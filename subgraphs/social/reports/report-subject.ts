import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput, tooOften } from '../../../platform/runtime/errors.ts'
import { textArgument } from '../../../platform/text/text-argument.ts'
import { noSuchUser, noSuchVideo } from '../../errors.ts'
import { noSuchComment } from '../comments/errors.ts'
import type { SocialContext } from '../context.ts'
import { reportsPerDay, type ReportCategory, type SubjectKind } from './repository.ts'

const missing = { VIDEO: noSuchVideo, COMMENT: noSuchComment, USER: noSuchUser }
const secondsPerDay = 24 * 60 * 60

/**
 * Reports a video, a comment or a user to the moderators, also across a block. A user reports a subject once; repeating it
 * changes nothing, unless the reports were resolved in the meantime.
 *
 * @returns the id of the subject, and whether the report is new.
 * @throws Unauthenticated for anonymous callers, NotFound when the subject does not exist, BadUserInput for the viewer's own
 *   and for a long note, RateLimited after too many within a day.
 */
export async function reportSubject(
  { caller, ids, reports }: Pick<SocialContext, 'caller' | 'ids' | 'reports'>,
  kind: SubjectKind,
  id: string,
  { category, note = '' }: { readonly category: ReportCategory; readonly note?: string },
): Promise<{ readonly subjectId: string; readonly isNew: boolean }> {
  const reporterId = requireViewer(caller).userId
  const subjectId = idArgument(id)
  const report = {
    ...{ id: ids.next(), caseId: ids.next(), kind, subjectId, reporterId, category },
    note: textArgument(note.trim(), { en: 'The note', zh: '说明' }, { min: 0, max: 500 }),
  }
  const answer = await reports.add(report)
  if (!answer) throw missing[kind]()
  if (answer.ownerId === reporterId) {
    throw new BadUserInput({ en: 'You cannot report yourself.', zh: '不能举报自己。' })
  }
  if (!answer.isNew && !answer.wasKnown && answer.sentToday >= reportsPerDay) throw tooOften(secondsPerDay)
  return { subjectId, isNew: answer.isNew }
}
