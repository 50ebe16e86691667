import { Forbidden, NotFound } from '../../platform/runtime/errors.ts'

export function noSuchPerson(): NotFound {
  return new NotFound({ en: 'This user does not exist.', zh: '用户不存在。' })
}

export function noSuchVideo(): NotFound {
  return new NotFound({ en: 'This video does not exist.', zh: '视频不存在。' })
}

/** Of two people who have to do with each other no more. It does not say which of them wanted that. */
export function parted(): Forbidden {
  return new Forbidden({ en: 'One of you has blocked the other.', zh: '你们之间存在拉黑关系，无法进行此操作。' })
}
