import { firstUserId, firstVideoId, type DataSet } from '../data-set.ts'
import { viewerCount } from './viewers.ts'

/** The time between two videos of the data set. */
const minute = 60_000

/** The inputs of a series of requests; deterministic for the same n. */
export type World = ReturnType<typeof createWorld>

/**
 * @param tokens those of the viewers.
 * @param filledAt when the data set was filled, in milliseconds.
 */
export function createWorld(dataSet: DataSet, tokens: readonly string[], filledAt: number) {
  const { users, videos, commentedVideos, commentsPerCommentedVideo } = dataSet
  const newest = firstVideoId + videos - 1

  return {
    /** The viewers take turns. */
    viewer: (n: number): number => firstUserId + (n % viewerCount),
    token: (n: number): string => tokens[n % viewerCount] ?? '',
    user: (n: number): number => firstUserId + scatter(n, users),
    name: (n: number): string => `bench-${n % viewerCount}`,

    videosPerUser: Math.floor(videos / users),
    hotVideo: newest,
    /** Viewer by viewer, each on the next video: no pair repeats within viewers × videos requests. */
    videoToLike: (n: number): number => firstVideoId + ((n + Math.floor(n / viewerCount)) % videos),
    /** As `videoToLike`, several in a call. */
    videoToView: (n: number, index: number, perCall: number): number =>
      firstVideoId + ((Math.floor(n / viewerCount) * perCall + index + (n % viewerCount)) % videos),
    commentedVideo: (n: number): number => newest - scatter(n, commentedVideos),
    /** The comment that has replies, of each commented video. */
    answeredComment: (n: number): number => 1 + scatter(n, commentedVideos),
    /** A comment without replies. */
    unansweredComment: (n: number): number =>
      1 + commentedVideos + scatter(n, commentedVideos * (commentsPerCommentedVideo - 1)),
    /** A video whose comments nothing else counts. */
    uncommentedVideo: (n: number): number => firstVideoId + scatter(n, videos - commentedVideos),

    /** A time within the feed, with a whole page before it. Milliseconds. */
    momentOfFeed: (n: number): number => filledAt - minute * (scatter(n, videos - 40) + 1),
    /** When the last message of the data set had been read. */
    messagesReadAt: filledAt,
    /** The user who wrote to the viewer in the data set, and writes no more. */
    heardFrom: (n: number): number => firstUserId + (((n % viewerCount) + users - 1) % users),
    /** The recipient of new messages. */
    sayTo: (n: number): number => firstUserId + (((n % viewerCount) + 2) % users),
  }
}

/** A pseudo-random whole number below a limit, deterministic for the same n (multiplicative hashing, as in splitmix32). */
function scatter(n: number, limit: number): number {
  let hash = (n + 0x9e3779b9) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return ((hash ^ (hash >>> 15)) >>> 0) % limit
}
