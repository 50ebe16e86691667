import { Link } from 'react-router'
import { searchPath, topicPath } from '../../routes.ts'

/** A `#topic` or an `@name` in a text. */
const linked = /(?<![\p{L}\p{N}_])[#@][\p{L}\p{N}_]+/gu

/** A text whose topics and names are links. */
export function RichText({ text }: { readonly text: string }) {
  const parts = []
  let end = 0
  for (const { index, 0: found } of text.matchAll(linked)) {
    const name = found.slice(1)
    parts.push(text.slice(end, index))
    parts.push(
      <Link key={index} to={found.startsWith('#') ? topicPath(name) : searchPath(name)}>
        {found}
      </Link>,
    )
    end = index + found.length
  }
  parts.push(text.slice(end))
  return <>{parts}</>
}
