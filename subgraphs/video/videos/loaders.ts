import DataLoader from 'dataloader'
import type { MentionPlace } from '../../../platform/text/mentions.ts'
import { groupBy } from '../../../platform/postgres/group-by.ts'
import type { TitleRepository } from '../titles/repository.ts'
import type { TopicRepository } from '../topics/repository.ts'
import type { Caller } from '../../../platform/auth/caller.ts'
import type { Progress, ViewRepository } from '../views/repository.ts'
import type { RenditionRow, VideoRepository } from './repository.ts'

export interface LoadedFrom {
  readonly videos: Pick<VideoRepository, 'renditionsOf'>
  readonly topics: Pick<TopicRepository, 'counts'>
  readonly titles: Pick<TitleRepository, 'mentionsOf'>
  readonly views: Pick<ViewRepository, 'counts' | 'progress'>
  readonly caller: Pick<Caller, 'viewer'>
}

/** Loaders of one request, named after the fields they serve; each is created on first use. */
export class VideoLoaders {
  readonly #from: LoadedFrom
  #topicCounts: DataLoader<string, number> | undefined
  #mentions: DataLoader<string, readonly MentionPlace[]> | undefined
  #renditions: DataLoader<string, readonly RenditionRow[]> | undefined
  #viewCounts: DataLoader<string, number> | undefined
  #progress: DataLoader<string, Progress | null> | undefined

  constructor(from: LoadedFrom) {
    this.#from = from
  }

  get topicCounts(): DataLoader<string, number> {
    return (this.#topicCounts ??= new DataLoader<string, number>(async (names) => {
      const found = await this.#from.topics.counts(names)
      return names.map((name) => found.get(name) ?? 0)
    }))
  }

  get mentions(): DataLoader<string, readonly MentionPlace[]> {
    return (this.#mentions ??= new DataLoader<string, readonly MentionPlace[]>(async (videoIds) => {
      const found = groupBy(await this.#from.titles.mentionsOf(videoIds), (mention) => mention.videoId)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }))
  }

  get renditions(): DataLoader<string, readonly RenditionRow[]> {
    return (this.#renditions ??= new DataLoader<string, readonly RenditionRow[]>(async (videoIds) => {
      const found = await this.#from.videos.renditionsOf(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }))
  }

  get viewCounts(): DataLoader<string, number> {
    return (this.#viewCounts ??= new DataLoader<string, number>(async (videoIds) => {
      const found = await this.#from.views.counts(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? 0)
    }))
  }

  /** Of the viewer; null without one. */
  get progress(): DataLoader<string, Progress | null> {
    return (this.#progress ??= new DataLoader<string, Progress | null>(async (videoIds) => {
      const { viewer } = this.#from.caller
      const found = viewer ? await this.#from.views.progress(viewer.userId, videoIds) : null
      return videoIds.map((videoId) => found?.get(videoId) ?? null)
    }))
  }
}
