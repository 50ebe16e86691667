/** The UTF-8 bytes of a text as a string of one character each, which JavaScript compares in the order of the bytes. */
export function toByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function fromByteString(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
