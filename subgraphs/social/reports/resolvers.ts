import { requireAdmin } from '../../../platform/auth/caller.ts'
import { askedFields } from '../../../platform/graphql/asked-fields.ts'
import { pageArguments } from '../../../platform/graphql/connection.ts'
import { encodeCursor } from '../../../platform/graphql/cursor.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import { pageOfRows } from '../../../platform/graphql/list.ts'
import { pageOfAuditLog } from '../../audit-log.ts'
import { showComments } from '../comments/viewing.ts'
import type { Resolvers } from '../schema.generated.ts'
import { showUser, showVideo } from '../viewing.ts'
import { reportSubject } from './report-subject.ts'
import type { ReportCaseRow, ReportRow } from './repository.ts'
import { resolveReports } from './resolve-reports.ts'

export const reportResolvers: Resolvers = {
  Query: {
    reportCases(_, { isResolved, ...page }, { caller, reports }, info) {
      requireAdmin(caller)
      return pageOfRows<ReportCaseRow>(
        {
          skeleton: (wanted) => (isResolved ? reports.resolved(wanted) : reports.open(wanted)),
          cursorOf: ({ reportCount, id }) => encodeCursor(String(reportCount), id),
          visibleTo: 'everybody',
        },
        pageArguments(page, 100),
        askedFields(info),
      )
    },
    reports(_, { caseId, ...page }, { caller, reports }, info) {
      requireAdmin(caller)
      const id = idArgument(caseId)
      return pageOfRows<ReportRow>(
        {
          skeleton: (wanted) => reports.ofCase(id, wanted),
          cursorOf: (report) => encodeCursor(report.id),
          visibleTo: 'everybody',
        },
        pageArguments(page, 100),
        askedFields(info),
      )
    },
    reportAuditLog(_, page, { caller, reports }, info) {
      requireAdmin(caller)
      return pageOfAuditLog((wanted) => reports.log(wanted), page, askedFields(info))
    },
  },
  ReportCase: {
    owner: ({ ownerId }, _, context, info) => showUser(ownerId, context, askedFields(info)),
    video: ({ kind, subjectId }, _, context, info) =>
      kind === 'VIDEO' ? showVideo(subjectId, context, askedFields(info)) : null,
    async comment({ kind, subjectId }, _, context, info) {
      if (kind !== 'COMMENT') return null
      // Administrators judge what they would not be shown in lists as well.
      const row = (await context.comments.findListed([subjectId])).get(subjectId) ?? null
      const [comment = null] = await showComments([row], context, askedFields(info))
      return comment
    },
    resolvedBy: ({ resolverId }, _, context, info) =>
      resolverId === null ? null : showUser(resolverId, context, askedFields(info)),
  },
  Report: {
    reporter: ({ reporterId }, _, context, info) => showUser(reporterId, context, askedFields(info)),
  },
  AuditEntry: {
    actor: ({ actorId }, _, context, info) => showUser(actorId, context, askedFields(info)),
  },
  Mutation: {
    reportVideo: (_, { input }, context) => reportSubject(context, 'VIDEO', input.videoId, input),
    reportComment: (_, { input }, context) => reportSubject(context, 'COMMENT', input.commentId, input),
    reportUser: (_, { input }, context) => reportSubject(context, 'USER', input.userId, input),
    resolveReports: async (_, { input }, context) => ({ case: await resolveReports(context, input) }),
  },
}
