import type { Message } from '../../../platform/runtime/errors.ts'

/** Why a video could not be transcoded. */
export type FailureCode = 'UNREADABLE' | 'TOO_SLOW' | 'INTERRUPTED' | 'INTERNAL'

const sentences = {
  UNREADABLE: {
    en: 'This video could not be converted. Please export it as MP4 with H.264 and upload it again.',
    zh: '视频无法转码，请导出为 H.264 编码的 MP4 后重新上传。',
  },
  TOO_SLOW: {
    en: 'Converting this video took too long. Please export it smaller or shorter and upload it again.',
    zh: '视频转码超时，请缩小或剪短后重新上传。',
  },
  INTERRUPTED: {
    en: 'Converting this video was interrupted too often. Please upload it again.',
    zh: '视频转码多次中断，请重新上传。',
  },
  INTERNAL: {
    en: 'This video could not be converted because of a server error. Please upload it again later.',
    zh: '服务器原因导致视频转码失败，请稍后重新上传。',
  },
} satisfies Record<FailureCode, Message>

/** The message for a stored code; unknown codes count as server errors. */
export function failureReason(code: string): Message {
  return Object.hasOwn(sentences, code) ? sentences[code as FailureCode] : sentences.INTERNAL
}

/** The notice for an author whose sound format cannot be decoded. */
export function withoutItsSound(format: string): Message {
  return {
    en: `The sound format ${format} is not supported, so this video is published without sound. Export it with AAC to keep the sound.`,
    zh: `无法解码 ${format} 格式的声音，该视频以静音发布。如需保留声音，请导出为 AAC 格式。`,
  }
}
