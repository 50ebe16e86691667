import { access, chmod, constants } from 'node:fs/promises'

/** Makes an installed program executable for everyone: npm leaves that to install scripts, which are disabled here. */
export async function makeExecutable(program: string): Promise<void> {
  await access(program, constants.X_OK).catch(() => chmod(program, 0o755))
}
