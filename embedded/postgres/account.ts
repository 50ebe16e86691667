import { statSync } from 'node:fs'

/** The user a PostgreSQL server runs as; empty when it is the user of this process. */
export interface ServerAccount {
  readonly uid?: number
  readonly gid?: number
}

/** `nobody` of every Linux; initdb wants a user that has a name. */
const unprivileged = 65534

/**
 * PostgreSQL refuses to run as root. A process of root starts it as the owner of the data, so that data made by an
 * ordinary user stays his, and as an unprivileged user when there is no data yet.
 */
export function serverAccount(dataFolder: string): ServerAccount {
  if (process.getuid?.() !== 0) return {}
  const owner = statSync(dataFolder, { throwIfNoEntry: false })
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : { uid: unprivileged, gid: unprivileged }
}

/**
 * How to name the data folder to a server started with that folder as its working directory. A user other than ours may
 * not be allowed to walk the path to it (a private home, a data folder of mode 0700); Linux then still lets him in
 * through his own working directory.
 */
export function dataArgument(dataFolder: string, account: ServerAccount): string {
  return account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : dataFolder
}
