import DataLoader from 'dataloader'
import type { RenditionRow, VideoRepository } from './repository.ts'

/** Loaders of one request, named as the fields that they serve, each made when it is first asked for. */
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
