import DataLoader from 'dataloader'
import type { RenditionRow, VideoRepository } from './repository.ts'

/** Loaders of one request, named after the fields they serve; each is created on first use. */
export class VideoLoaders {
  readonly #videos: Pick<VideoRepository, 'renditionsOf'>
  #renditions: DataLoader<string, readonly RenditionRow[]> | undefined

  constructor(videos: Pick<VideoRepository, 'renditionsOf'>) {
    this.#videos = videos
  }

  get renditions(): DataLoader<string, readonly RenditionRow[]> {
    return (this.#renditions ??= new DataLoader<string, readonly RenditionRow[]>(async (videoIds) => {
      const found = await this.#videos.renditionsOf(videoIds)
      return videoIds.map((videoId) => found.get(videoId) ?? [])
    }))
  }
}
