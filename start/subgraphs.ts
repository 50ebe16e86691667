import type { Subgraph } from '../platform/graphql/subgraph.ts'
import type { Dependencies } from './dependencies.ts'

export const subgraphNames = ['user', 'video', 'social', 'chat'] as const
export type SubgraphName = (typeof subgraphNames)[number]

/** Starts one subgraph on the dependencies of this process; loads only its own code. */
export async function startSubgraph(name: SubgraphName, ground: Dependencies): Promise<Subgraph> {
  const { environment, log, onQuery } = ground
  const data = {
    database: await ground.database(name),
    databasePoolSize: environment.DATABASE_POOL_SIZE,
    onQuery,
    sensitiveWords: ground.sensitiveWords,
    log: log.child({ subgraph: name }),
  }
  switch (name) {
    case 'user': {
      const { startUser } = await import('../subgraphs/user/server.ts')
      await ground.objectStore.prepare()
      return startUser({
        ...data,
        redis: ground.redis,
        broadcast: ground.broadcast,
        objectStore: ground.objectStore,
        accessTokenKeys: ground.secrets.accessTokenKeys,
        sessionDays: environment.SESSION_DAYS,
        loginFailures: environment.LOGIN_FAILURES,
        loginFailureWindowSeconds: environment.LOGIN_FAILURE_WINDOW_SECONDS,
        loginLongestPauseSeconds: environment.LOGIN_LONGEST_PAUSE_SECONDS,
        registrationsPerHour: environment.REGISTRATIONS_PER_HOUR,
      })
    }
    case 'video': {
      const { startVideo } = await import('../subgraphs/video/server.ts')
      await ground.objectStore.prepare()
      const { findFfmpeg } = await import('../embedded/ffmpeg.ts')
      const { ffmpegPath, ffprobePath } = await findFfmpeg({
        ffmpegPath: environment.FFMPEG_PATH,
        ffprobePath: environment.FFPROBE_PATH,
      })
      return startVideo({
        ...data,
        objectStore: ground.objectStore,
        ffmpegPath,
        ffprobePath,
        limits: {
          maxBytes: environment.MAX_UPLOAD_BYTES,
          maxSeconds: environment.MAX_VIDEO_SECONDS,
          maxSide: environment.MAX_VIDEO_SIDE,
          maxUploadsPerDay: environment.MAX_UPLOADS_PER_DAY,
        },
        removalGraceSeconds: environment.REMOVAL_GRACE_SECONDS,
        broadcast: ground.broadcast,
      })
    }
    case 'social': {
      const { startSocial } = await import('../subgraphs/social/server.ts')
      return startSocial(data)
    }
    case 'chat': {
      const { startChat } = await import('../subgraphs/chat/server.ts')
      return startChat({ ...data, broadcast: ground.broadcast, friendsOnly: environment.CHAT_FRIENDS_ONLY })
    }
  }
}
