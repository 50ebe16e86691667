import { texts } from '../language/texts.ts'

export const moreTexts = texts({
  title: ['This video', '视频选项'],
  copyLink: ['Share or copy the link', '分享或复制链接'],
  notInterested: ['Not interested', '不感兴趣'],
  lessOf: ['Less of {name}', '减少推荐 {name}'],
  noted: ['Noted: you will see less like this.', '已记录，将减少此类推荐。'],
  report: ['Report', '举报'],
  why: ['Why?', '举报原因'],
  note: ['What the moderators should know (optional)', '补充说明（可选）'],
  send: ['Send the report', '提交举报'],
  reported: ['Thank you. Moderators will look at it.', '感谢举报，我们会尽快处理。'],
  SPAM: ['Advertising or fraud', '广告或诈骗'],
  HARASSMENT: ['Bullying or threats', '骚扰或威胁'],
  HATE: ['Hatred of a group', '仇恨言论'],
  NUDITY: ['Nudity or sexual content', '色情低俗'],
  VIOLENCE: ['Violence or cruelty', '暴力血腥'],
  SELF_HARM: ['Self-injury', '自残或自杀'],
  COPYRIGHT: ['Copied from others', '侵犯版权'],
  OTHER: ['Something else', '其他'],
})
