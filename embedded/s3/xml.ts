import { S3Error } from './errors.ts'

/** The content of an element: text, child elements by name, or a list that repeats the element. `undefined` omits it. */
export type XmlContent = string | number | boolean | undefined | readonly XmlContent[] | { [name: string]: XmlContent }

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function render(name: string, content: XmlContent): string {
  if (content === undefined) return ''
  if (Array.isArray(content)) return content.map((item: XmlContent) => render(name, item)).join('')
  return `<${name}>${typeof content === 'object' ? renderChildren(content) : escapeXml(String(content))}</${name}>`
}

function renderChildren(children: object): string {
  return Object.entries(children)
    .map(([name, content]: [string, XmlContent]) => render(name, content))
    .join('')
}

/** A parser would read a bare carriage return as a line feed. XML 1.0 cannot represent other control characters. */
function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => escapes[character] ?? '&#13;')
}

const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** An XML document, in the namespace of S3; errors have none. Clients depend on both. */
export function xmlDocument(root: string, content: XmlContent): string {
  const element = render(root, content)
  const declared = root === 'Error' ? element : element.replace(`<${root}>`, `<${root} xmlns="${s3Namespace}">`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${declared}`
}

export interface XmlElement {
  readonly name: string
  readonly children: XmlElement[]
  text: string
}

const entities = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]+));/gi,
    (match, hex?: string, dec?: string, name?: string) => {
      if (name !== undefined) return entities.get(name) ?? match
      const codePoint = hex === undefined ? Number(dec) : parseInt(hex, 16)
      return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : match
    },
  )
}

const token =
  /<\?[^]*?\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*?)?(\/?)>|([^<]+)/y

/**
 * Parses the few documents that clients send: elements, text, CDATA; attributes and namespaces are dropped. Document types, and
 * with them entity expansion, are rejected. Throws `MalformedXML`.
 */
export function parseXml(source: string): XmlElement {
  const document: XmlElement = { name: '', children: [], text: '' }
  const open = [document]
  token.lastIndex = 0
  while (token.lastIndex < source.length) {
    const match = token.exec(source)
    const parent = open.at(-1)
    if (!match || !parent) throw new S3Error('MalformedXML')
    const [, cdata, closing, name, selfClosing, text] = match
    if (cdata !== undefined) parent.text += cdata
    else if (text !== undefined) parent.text += unescapeXml(text)
    else if (name === undefined) continue
    else if (closing) {
      if (open.length === 1 || open.pop()?.name !== name) throw new S3Error('MalformedXML')
    } else {
      const element = { name, children: [], text: '' }
      parent.children.push(element)
      if (!selfClosing) open.push(element)
    }
  }
  const [root] = document.children
  if (!root || open.length !== 1 || document.children.length !== 1) throw new S3Error('MalformedXML')
  return root
}

/** The text of the child called `name`. */
export function childText(element: XmlElement, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}
