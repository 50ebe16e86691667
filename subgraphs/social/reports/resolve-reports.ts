import { requireAdmin } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { BadUserInput, NotFound } from '../../../platform/runtime/errors.ts'
import { reasonArgument } from '../../audit-log.ts'
import type { SocialContext } from '../context.ts'
import type { ResolveReportsInput } from '../schema.generated.ts'
import type { ReportCaseRow } from './repository.ts'

type Resolving = Pick<SocialContext, 'caller' | 'ids' | 'reports' | 'commentRemovals'>

/**
 * Resolves the reports of a subject. REMOVED deletes a comment; a video must have been taken down before, and for BANNED the
 * user must have been banned before, by the mutations of their owners. A case that is resolved already stays as it is.
 *
 * @returns the case.
 * @throws Unauthenticated and Forbidden for everyone but administrators, NotFound when there is no such case, BadUserInput when
 *   the reason is empty or too long, or when what the resolution says has not been done.
 */
export async function resolveReports(context: Resolving, input: ResolveReportsInput): Promise<ReportCaseRow> {
  const actorId = requireAdmin(context.caller).userId
  const caseId = idArgument(input.caseId)
  const reason = reasonArgument(input.reason)
  const { resolution } = input
  const found = await context.reports.find(caseId)
  if (!found) throw new NotFound({ en: 'These reports do not exist.', zh: '举报不存在。' })
  if (found.resolution !== null) return found
  if (resolution === 'REMOVED') await remove(found, actorId, context)
  if (resolution === 'BANNED' && !(await context.reports.stateOf(found)).isBanned) {
    throw new BadUserInput({ en: 'Ban the user first, with banUser.', zh: '请先用 banUser 封禁该用户。' })
  }
  await context.reports.resolve({ id: context.ids.next(), actorId, caseId, resolution, reason })
  return (await context.reports.find(caseId)) ?? found
}

async function remove(found: ReportCaseRow, actorId: string, context: Resolving): Promise<void> {
  if (found.kind === 'USER') {
    throw new BadUserInput({ en: 'Users are banned, not removed.', zh: '用户只能封禁，不能删除。' })
  }
  if (found.kind === 'COMMENT') {
    const removal = { commentId: found.subjectId, userId: actorId, isAdmin: true }
    // Its author may have been faster.
    await context.commentRemovals.submit(removal).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error
    })
  } else if ((await context.reports.stateOf(found)).isThere) {
    const messages = { en: 'Take the video down first, with takeDownVideo.', zh: '请先用 takeDownVideo 下架该视频。' }
    throw new BadUserInput(messages)
  }
}
