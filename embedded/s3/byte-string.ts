/** The UTF-8 bytes of a text as a string with one character per byte, which JavaScript compares in byte order. */
export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function fromByteString(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
