import { access, chmod, constants } from 'node:fs/promises'

/** Lets everybody run an installed program: npm leaves that to install scripts, which do not run here. */
export async function makeExecutable(program: string): Promise<void> {
  await access(program, constants.X_OK).catch(() => chmod(program, 0o755))
}
