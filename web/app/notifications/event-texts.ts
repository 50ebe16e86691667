import { texts } from '../language/texts.ts'

export const eventTexts = texts({
  untitled: ['Your video', '你的视频'],
  ready: ['“{name}” is ready to play.', '“{name}”已处理完成。'],
  failed: ['“{name}” could not be processed.', '“{name}”处理失败。'],
})
