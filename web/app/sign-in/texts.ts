import { texts } from '../language/texts.ts'

export const signInTexts = texts({
  signIn: ['Sign in', '登录'],
  register: ['Create account', '注册'],
  welcome: ['Welcome back', '欢迎回来'],
  join: ['Join in', '加入我们'],
  needed: ['Sign in to like, comment and follow.', '登录后即可点赞、评论和关注。'],
  ended: ['Your session has ended. Sign in to go on.', '登录已过期，请重新登录。'],
  name: ['Name', '用户名'],
  password: ['Password', '密码'],
  passwordHint: ['5 to 32 characters', '5 到 32 个字符'],
  toRegister: ['New here? Create an account', '还没有账号？立即注册'],
  toSignIn: ['Have an account? Sign in', '已有账号？去登录'],
  showPassword: ['Show password', '显示密码'],
  hidePassword: ['Hide password', '隐藏密码'],
})
