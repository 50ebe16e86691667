import DataLoader from 'dataloader'
import type { MentionPlace } from '../../../platform/text/mentions.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import type { TitleRepository } from '../titles/repository.ts'
import type { TopicRepository } from '../topics/repository.ts'
import type { RenditionRow, VideoRepository } from './repository.ts'

/** Loaders of one request, named after the fields they serve; each is created on first use. */
export class VideoLoaders {
  readonly #videos: Pick<VideoRepository, 'renditionsOf'>
  readonly #topics: Pick<TopicRepository, 'counts'>
  readonly #titles: Pick<TitleRepository, 'mentionsOf'>
  #topicCounts: DataLoader<string, number> | undefined
  #mentions: DataLoader<string, readonly MentionPlace[]> | undefined
  #renditions: DataLoader<string, readonly RenditionRow[]> | undefined

  constructor(
    videos: Pick<VideoRepository, 'renditionsOf'>,
    topics: Pick<TopicRepository, 'counts'>,
    titles: Pick<TitleRepository, 'mentionsOf'>,
  ) {
    this.#videos = videos
    this.#topics = topics
    this.#titles = titles
  }

  get topicCounts(): DataLoader<string, number> {
    return (this.#topicCounts ??= new DataLoader<string, number>(async (names) => {
      const found = await this.#topics.counts(names)
      return names.map((name) => found.get(name) ?? 0)
    }))
  }

  get mentions(): DataLoader<string, readonly MentionPlace[]> {
    return (this.#mentions ??= new DataLoader<string, readonly MentionPlace[]>(async (videoIds) => {
      const found = groupBy(await this.#titles.mentionsOf(videoIds), (mention) => mention.videoId)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }))
  }

  get renditions(): DataLoader<string, readonly RenditionRow[]> {
    return (this.#renditions ??= new DataLoader<string, readonly RenditionRow[]>(async (videoIds) => {
      const found = await this.#videos.renditionsOf(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }))
  }
}
