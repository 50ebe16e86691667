import { Forbidden, NotFound } from '../../platform/runtime/errors.ts'

export function noSuchUser(): NotFound {
  return new NotFound({ en: 'This user does not exist.', zh: '用户不存在。' })
}

export function noSuchVideo(): NotFound {
  return new NotFound({ en: 'This video does not exist.', zh: '视频不存在。' })
}

/** For two users one of whom has blocked the other. The error does not say who. */
export function blockedError(): Forbidden {
  return new Forbidden({ en: 'One of you has blocked the other.', zh: '你们之间存在拉黑关系，无法进行此操作。' })
}
