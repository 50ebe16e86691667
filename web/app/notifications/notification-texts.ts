import { texts } from '../language/texts.ts'

export const notificationTexts = texts({
  title: ['Activity', '通知'],
  signIn: ['Sign in to see what concerns you', '登录后即可查看通知'],
  none: ['Nothing yet', '还没有通知'],
  noneLong: [
    'Likes, comments, followers and your processed videos appear here.',
    '点赞、评论、新粉丝与视频处理结果会显示在这里。',
  ],
  unread: ['New', '未读'],
  others: ['{name} and {count} other|{name} and {count} others', '{name} 等 {count} 人'],
  LIKE: ['{who} liked “{video}”', '{who} 赞了“{video}”'],
  FOLLOW: ['{who} followed you', '{who} 关注了你'],
  COMMENT: ['{who} commented on “{video}”', '{who} 评论了“{video}”'],
  MENTION: ['{who} mentioned you', '{who} 提到了你'],
  REPLY: ['{who} replied to you', '{who} 回复了你'],
  VIDEO_READY: ['“{video}” is ready to play', '“{video}”已处理完成'],
  VIDEO_FAILED: ['“{video}” could not be processed', '“{video}”处理失败'],
  untitled: ['your video', '你的视频'],
})
