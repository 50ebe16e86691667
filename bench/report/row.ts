/** A row of a Markdown table. */
export function row(...cells: string[]): string {
  return `| ${cells.join(' | ')} |`
}
