import { requireViewer } from '../../../platform/auth/caller.ts'
import { idArgument } from '../../../platform/graphql/ids.ts'
import type { Resolvers } from '../schema.generated.ts'
import { createUpload } from './create-upload.ts'
import { resumableParts } from './parts.ts'
import { previewUrl } from './preview-url.ts'

export const uploadResolvers: Resolvers = {
  Query: {
    uploadLimits: (_, _arguments, { publishing }) => publishing.limits,
    upload: (_, { id }, { caller, publishing }) =>
      publishing.uploads.findOpen(idArgument(id), requireViewer(caller).userId),
  },
  Mutation: {
    async createUpload(_, { input }, { caller, publishing }) {
      const file = { byteSize: input?.byteSize ?? null, inParts: input?.inParts ?? null }
      return { ...(await createUpload(publishing, caller, file)), limits: publishing.limits }
    },
  },
  Upload: {
    previewUrl: ({ id }, _, { caller, publishing }) => previewUrl(publishing.objectStore, caller, id),
    parts: (upload, _, { caller, publishing }) => resumableParts(publishing.objectStore, caller, upload),
  },
  UploadLimits: {
    maxDuration: (limits) => limits.maxSeconds,
    async uploadsLeft({ maxUploadsPerDay }, _, { caller, publishing }) {
      if (!caller.viewer) return null
      return Math.max(0, maxUploadsPerDay - (await publishing.uploads.madeToday(caller.viewer.userId)))
    },
  },
}
