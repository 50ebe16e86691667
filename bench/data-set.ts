/** The amount of data during the measurements. Ids count up from the first one of their kind. */
export interface DataSet {
  readonly users: number
  readonly videos: number
  /** Spread evenly over users and videos. */
  readonly likes: number
  /** Every user follows this many. */
  readonly follows: number
  /** How many of the newest videos have comments. */
  readonly commentedVideos: number
  readonly commentsPerCommentedVideo: number
  /** From each user to the next. */
  readonly messages: number
}

/** The ranges of ids do not overlap, so kinds cannot be confused. */
export const firstUserId = 1_001
export const firstVideoId = 1_000_001

/** The replies to one comment of each commented video. */
export const repliesPerCommentedVideo = 20

/** The data set of a size: ten likes per video, fifty follows per user, at most a hundred videos per user. */
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

/** In one line. */
export function describeDataSet(dataSet: DataSet): string {
  const { users, videos, likes, follows, commentedVideos, commentsPerCommentedVideo, messages } = dataSet
  const counts = { users, videos, likes, follows, comments: commentedVideos * commentsPerCommentedVideo, messages }
  return Object.entries(counts)
    .map(([name, count]) => `${count.toLocaleString('en')} ${name}`)
    .join(', ')
}
