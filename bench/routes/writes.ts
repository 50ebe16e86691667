import { call, sendForm, type Request, type Route } from '../load/request.ts'
import { password, viewerCount } from './viewers.ts'
import type { World } from './world.ts'

/** The routes that change something. No request repeats an earlier change. */
export function writes(world: World, clip: Buffer) {
  const { token } = world
  const post = (kind: string, path: string): Request => call(kind, 'POST', path)
  const write = (name: string, request: Route['request'], connections?: number): Route => ({
    name,
    door: 'rest',
    request,
    ...(connections !== undefined && { connections }),
  })
  const like = (n: number, videoId: number, action: 1 | 2): Request =>
    post('like', `/douyin/favorite/action/?video_id=${videoId}&action_type=${action}&token=${token(n)}`)

  const boundary = 'a-boundary-of-the-bench'
  const beforeFile = `--${boundary}\r\ncontent-disposition: form-data; name="data"; filename="clip.mp4"\r\n\r\n`
  const form = (n: number): Buffer =>
    Buffer.concat([Buffer.from(beforeFile), clip, freeSpace(n), Buffer.from(`\r\n--${boundary}--\r\n`)])

  return {
    likeSpread: write('like, distinct pairs', (n) => like(n, world.videoToLike(n), 1)),
    likeHot: write('like, one hot video', (n) =>
      like(n, world.hotVideo, Math.floor(n / viewerCount) % 2 === 0 ? 1 : 2),
    ),
    comment: write('comment add', (n) =>
      post(
        'comment',
        `/douyin/comment/action/?video_id=${world.uncommentedVideo(n)}&action_type=1&comment_text=Comment+${n}&token=${token(n)}`,
      ),
    ),
    message: write('message send', (n) =>
      post(
        'message',
        `/douyin/message/action/?to_user_id=${world.sayTo(n)}&action_type=1&content=Message+${n}&token=${token(n)}`,
      ),
    ),
    login: write(
      'login',
      (n) => post('login', `/douyin/user/login/?username=${world.name(n)}&password=${encodeURIComponent(password)}`),
      4,
    ),
    publish: write('publish', (n) =>
      sendForm('publish', `/douyin/publish/action/?title=Clip+${n}&token=${token(n)}`, boundary, form(n)),
    ),
  } satisfies Record<string, Route>
}

/** A box that players skip (ISO/IEC 14496-12 §8.1.2), which makes every file different. */
function freeSpace(n: number): Buffer {
  const box = Buffer.alloc(16)
  box.writeUInt32BE(box.length)
  box.write('free', 4)
  box.writeDoubleBE(n, 8)
  return box
}
