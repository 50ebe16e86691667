import type { Metafile } from 'esbuild'
import { filesPath, headMark } from '../output.ts'

/** The one document of the web client, for a bundle with the entry points `main` and `style`. */
export function documentFor({ outputs }: Metafile): string {
  const entry = (suffix: string): string =>
    Object.keys(outputs).find((path) => outputs[path]?.entryPoint?.endsWith(suffix)) ?? ''
  const [main, style] = [entry('main.tsx'), entry('style.css')]
  const chunks = (outputs[main]?.imports ?? []).filter(({ kind }) => kind === 'import-statement')
  const url = (path: string): string => `${filesPath}/${path.split('/').at(-1) ?? ''}`
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content" />
    <meta name="color-scheme" content="dark light" />
    <meta name="theme-color" content="#0b0c10" />
    ${headMark}
    <link rel="icon" href="${icon}" />
    <link rel="stylesheet" href="${url(style)}" />
    ${chunks.map(({ path }) => `<link rel="modulepreload" href="${url(path)}" />`).join('\n    ')}
    <script type="module" src="${url(main)}"></script>
  </head>
  <body>
    <div id="root"></div>
    <noscript>This page needs JavaScript.</noscript>
  </body>
</html>
`
}

const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#d6245a"/><path d="M12 9.2v13.6c0 .9 1 1.4 1.7.9l9.6-6.8a1.1 1.1 0 0 0 0-1.8l-9.6-6.8c-.7-.5-1.7 0-1.7.9z" fill="#fff"/></svg>`
const icon = `data:image/svg+xml,${encodeURIComponent(picture)}`
