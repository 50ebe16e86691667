import { statSync } from 'node:fs'

/** The user that a PostgreSQL server runs as; empty for the user of this process. */
export interface ServerAccount {
  readonly uid?: number
  readonly gid?: number
}

/** `nobody` on every Linux; initdb needs a user with a name. */
const unprivileged = 65534

/**
 * PostgreSQL refuses to run as root. A root process starts it as the owner of the data, so data created by an ordinary user
 * keeps its owner, and as an unprivileged user when there is no data yet.
 */
export function serverAccount(dataFolder: string): ServerAccount {
  if (process.getuid?.() !== 0) return {}
  const owner = statSync(dataFolder, { throwIfNoEntry: false })
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: unprivileged, gid: unprivileged }
}

/**
 * How to name the data folder for a server that is started with that folder as its working directory. Another user may not be
 * allowed to traverse the path to it (a private home, a folder of mode 0700), but on Linux the working directory works.
 */
export function dataArgument(dataFolder: string, account: ServerAccount): string {
  return account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : dataFolder
}
