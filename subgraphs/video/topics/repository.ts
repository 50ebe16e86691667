import { sql, type Kysely } from 'kysely'
import type { VideoTables } from '../../../db/ownership.ts'
import { isEachVisibleTo, isPublic } from '../../../db/visibility.ts'
import type { PageArguments } from '../../../platform/graphql/connection.ts'
import { publishedAtOf, type VideoKey } from '../videos/repository.ts'

export interface TopicRow {
  /** Folded as search terms are. */
  readonly name: string
  /** As it was first written. */
  readonly written: string
}

/** A topic in a list, with how many shown videos have it. */
export interface FoundTopic extends TopicRow {
  readonly videoCount: number
}

/** How many of the largest topics are searched for what contains a text, and how many topics for what begins with it. */
const most = { largest: 2_000, begun: 500 }

export type TopicRepository = ReturnType<typeof createTopicRepository>

export function createTopicRepository(db: Kysely<VideoTables>) {
  return {
    /** How many shown videos each topic has, if any. */
    async counts(names: readonly string[]): Promise<Map<string, number>> {
      const rows = await db
        .selectFrom('topics')
        .select(['name', 'videoCount'])
        .where('name', '=', sql<string>`any(${names}::text[])`)
        .execute()
      return new Map(rows.map(({ name, videoCount }) => [name, videoCount]))
    },

    /** A topic that a shown video has. */
    async find(name: string): Promise<TopicRow | null> {
      const row = await db
        .selectFrom('topics')
        .select(['name', 'written'])
        .where('name', '=', name)
        .where('videoCount', '>', 0)
        .executeTakeFirst()
      return row ?? null
    },

    /**
     * Topics with a text in their names: the one with this name, then the largest first.
     *
     * @param after the last one of the page before.
     */
    async search(text: string, count: number, after: Omit<FoundTopic, 'written'> | null): Promise<FoundTopic[]> {
      const pattern = text.replace(/[\\%_]/g, '\\$&')
      const isAfter =
        after === null
          ? sql`true`
          : sql`name <> ${text} and (${after.name === text} or (-video_count, name) > (${-after.videoCount}::integer, ${after.name}))`
      const { rows } = await sql<FoundTopic>`
        select name, written, video_count from (
          select name, written, video_count from (
            select name, written, video_count from topics order by video_count desc, name limit ${sql.lit(most.largest)}
          ) as largest
          where name like ${`%${pattern}%`}
          union
          (select name, written, video_count from topics where name like ${`${pattern}%`} limit ${sql.lit(most.begun)})
        ) as found
        where video_count > 0 and ${isAfter}
        order by name = ${text} desc, video_count desc, name limit ${count}`.execute(db)
      return rows
    },

    /** A page of the videos of a topic that a viewer may see, newest first, plus one when there are more. */
    async newest(topic: string, page: PageArguments, viewerId: string | undefined): Promise<VideoKey[]> {
      const viewer = viewerId === undefined ? undefined : sql`${viewerId}::bigint`
      const before = page.after == null ? 'infinity' : publishedAtOf(page.after)
      const { rows } = await sql<VideoKey>`
        select videos.id, tagged.published_at
        from video_topics as tagged
        cross join lateral (select * from videos where videos.id = tagged.video_id limit 1) as videos
        where tagged.topic = ${topic} and not tagged.is_hidden and tagged.published_at < ${before}
          and ${isPublic} and ${isEachVisibleTo(viewer, sql`videos.author_id`)}
        order by tagged.published_at desc limit ${page.first + 1}`.execute(db)
      return rows
    },
  }
}
