/** Errors about users and videos that several subgraphs answer with, each written once. */
import { Forbidden, NotFound } from '../platform/runtime/errors.ts'

/** A user who does not exist, or is banned. */
export function noSuchUser(): NotFound {
  return new NotFound({ en: 'This user does not exist.', zh: '用户不存在。' })
}

/** A video that does not exist, or is not shown to the viewer. */
export function noSuchVideo(): NotFound {
  return new NotFound({ en: 'This video does not exist.', zh: '视频不存在。' })
}

/** Between two users one of whom has blocked the other; it does not say which. */
export function blockedError(): Forbidden {
  return new Forbidden({ en: 'One of you has blocked the other.', zh: '你们之间存在拉黑关系，无法进行此操作。' })
}
