/** A piece of JSON that is written already. */
export class JsonText {
  constructor(readonly text: string) {}
}

/**
 * A value as JSON in nothing but ASCII: V8 keeps such a text in one byte a character, which makes joining and sending
 * it cheap.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, escaped)
}

/** A JSON array of values that are written already; what is null is left out. */
export function jsonList(texts: readonly (string | null)[]): JsonText {
  return new JsonText(`[${texts.filter((text) => text !== null).join(',')}]`)
}

/** An object as JSON, whose values may be written already. */
export function jsonObject(members: Readonly<Record<string, unknown>>): string {
  const texts = Object.entries(members).map(
    ([name, value]) => `${asciiJson(name)}:${value instanceof JsonText ? value.text : asciiJson(value)}`,
  )
  return `{${texts.join(',')}}`
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
