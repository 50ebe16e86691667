import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** The arguments with which Node runs a TypeScript file from any working directory. */
export const typescriptLoader = [
  '--import',
  pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href,
] as const
