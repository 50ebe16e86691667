import { texts } from '../language/texts.ts'

export const searchTexts = texts({
  search: ['Search', '搜索'],
  placeholder: ['Videos, people, #topics', '视频、用户、#话题'],
  clear: ['Clear', '清除'],
  suggestions: ['Suggestions', '搜索建议'],
  recent: ['Recent', '最近搜索'],
  forget: ['Clear all', '清空'],
  popular: ['Popular now', '热门视频'],
  results: ['Results', '搜索结果'],
  videos: ['Videos', '视频'],
  users: ['People', '用户'],
  topics: ['Topics', '话题'],
  none: ['Nothing found', '没有找到'],
  noneLong: ['Try fewer or other words.', '换个词试试吧。'],
  count: ['{count} video|{count} videos', '{count} 个视频'],
  hot: ['Hot', '热门'],
  new: ['New', '最新'],
  order: ['Order', '排序'],
  noTopic: ['No video has this topic', '还没有这个话题的视频'],
})
