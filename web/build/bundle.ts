import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { BuildOptions } from 'esbuild'

const { resolve } = createRequire(import.meta.url)

/** How the web client is bundled, into a folder: for use, or for development with readable code that reloads its page. */
export function bundleOptions(root: string, outdir: string, { isDevelopment = false } = {}): BuildOptions {
  const app = join(root, 'web', 'app')
  return {
    absWorkingDir: root,
    entryPoints: { main: join(app, 'main.tsx'), style: join(app, 'style.css') },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    metafile: true,
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    minify: !isDevelopment,
    sourcemap: isDevelopment ? 'inline' : false,
    legalComments: 'none',
    // The oldest browsers with all that `client/` uses (`AbortSignal.any`).
    target: ['chrome116', 'firefox124', 'safari17.4'],
    jsx: 'automatic',
    // Styles of one page come with its code.
    loader: { '.page.css': 'text' },
    define: {
      'process.env.NODE_ENV': JSON.stringify(isDevelopment ? 'development' : 'production'),
      'globalThis.__DEV__': String(isDevelopment),
      __RELOADS__: String(isDevelopment),
    },
    // The package names its development build for everybody.
    ...(!isDevelopment && {
      alias: { 'react-router': join(dirname(resolve('react-router/package.json')), 'dist', 'production', 'index.mjs') },
    }),
    logLevel: 'silent',
  }
}
