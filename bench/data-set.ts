/** How much is in the system while it is measured. Ids count up from the first one of their kind. */
export interface DataSet {
  readonly users: number
  readonly videos: number
  /** Spread evenly over users and over videos. */
  readonly likes: number
  /** Everybody follows as many people. */
  readonly follows: number
  /** So many of the newest videos have comments. */
  readonly commentedVideos: number
  readonly commentsPerCommentedVideo: number
  /** Said by everyone to the person after. */
  readonly messages: number
}

/** Ids begin here, so that the kinds cannot be confused. */
export const firstUserId = 1_001
export const firstVideoId = 1_000_001

/** The data set of a size: with ten likes to a video, fifty follows to a person, a hundred videos to a person at most. */
export function dataSetOf(videos: number): DataSet {
  const users = Math.max(1_000, Math.ceil(videos / 100))
  return {
    users,
    videos,
    likes: 10 * videos,
    follows: 50 * users,
    commentedVideos: Math.min(100, Math.floor(videos / 10)),
    commentsPerCommentedVideo: 50,
    messages: 10 * users,
  }
}

/** In one line, for people. */
export function describeDataSet(dataSet: DataSet): string {
  const { users, videos, likes, follows, commentedVideos, commentsPerCommentedVideo, messages } = dataSet
  const counts = { users, videos, likes, follows, comments: commentedVideos * commentsPerCommentedVideo, messages }
  return Object.entries(counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ')
}
