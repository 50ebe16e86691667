/** The weight of a choice in a header (RFC 9110 §12.4.2); 1 when it has none. */
export function weightIn(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return weight === undefined ? 1 : Number(weight.slice(2)) || 0
}
