/** What a preview of a video shows. */
export interface SharedVideo {
  readonly title: string
  readonly coverUrl: string
  readonly playUrl: string
  readonly width: number
  readonly height: number
  readonly author: { readonly name: string } | null
}

export const sharedVideoQuery = `query SharedVideo($id: ID!) {
  video(id: $id) {
    title
    coverUrl
    playUrl
    width
    height
    author {
      name
    }
  }
}`

const siteName = 'Short video'

/** The tags in the head of a page: its title, and Open Graph properties (ogp.me) of its video, if it has one. */
export function describePage(shared: { readonly video: SharedVideo; readonly url: string } | null): string {
  if (!shared)
    return tags(siteName, [
      ['og:site_name', siteName],
      ['og:title', siteName],
      ['og:type', 'website'],
    ])
  const { video, url } = shared
  const author = video.author ? `@${video.author.name}` : ''
  const title = video.title || author || siteName
  return tags(`${title} · ${siteName}`, [
    ['og:site_name', siteName],
    ['og:type', 'video.other'],
    ['og:title', title],
    ['og:description', author],
    ['og:url', url],
    ['og:image', video.coverUrl],
    ['og:image:width', String(video.width)],
    ['og:image:height', String(video.height)],
    ['og:video', video.playUrl],
    ['og:video:type', 'video/mp4'],
    ['og:video:width', String(video.width)],
    ['og:video:height', String(video.height)],
    ['twitter:card', 'summary_large_image'],
  ])
}

function tags(title: string, properties: readonly (readonly [name: string, value: string])[]): string {
  return [
    `<title>${escaped(title)}</title>`,
    ...properties.map(([name, value]) => `<meta property="${name}" content="${escaped(value)}" />`),
  ].join('\n    ')
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
