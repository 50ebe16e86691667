/** The addresses of the pages, as patterns. The server answers each of them with the same document. */
export const routes = {
  feed: '/',
  following: '/following',
  latest: '/latest',
  video: '/v/:id',
  user: '/u/:id',
  search: '/search',
  topic: '/topic/:name',
  upload: '/upload',
  messages: '/messages',
  conversation: '/messages/:userId',
  notifications: '/notifications',
  settings: '/settings',
} as const

/** The address of the page of a video. */
export const videoPath = (id: string): string => `/v/${id}`
/** The address of the page of a user. */
export const userPath = (id: string): string => `/u/${id}`
/** The address of the page of a topic, whose name is given without `#`. */
export const topicPath = (name: string): string => `/topic/${encodeURIComponent(name)}`
/** The address of the conversation with a user. */
export const conversationPath = (userId: string): string => `/messages/${userId}`
/** The page of what is found for a text. */
export const searchPath = (query: string): string => `/search?q=${encodeURIComponent(query)}`
