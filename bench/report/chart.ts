/** A group of bars and its target. */
export interface BarGroup {
  readonly label: string
  readonly bars: readonly { readonly series: string; readonly value: number; readonly label: string }[]
}

export interface ChartOptions {
  readonly title: string
  /** What the value 1 means; a line marks it. */
  readonly unit: string
  readonly groups: readonly BarGroup[]
}

const width = 960
const left = 260
const right = 90
const barHeight = 14
const groupGap = 12
const top = 84
/** Longer bars are cut off, because a few of them would flatten all others. */
const longest = 3
const colours = ['#2f6fb2', '#e08a2e', '#5d9e5f', '#8c6bb1']

/** Draws horizontal bars as an SVG image; values are relative to the target of each group. */
export function drawChart({ title, unit, groups }: ChartOptions): string {
  const series = [...new Set(groups.flatMap(({ bars }) => bars.map((bar) => bar.series)))]
  const colourOf = (name: string): string => colours[series.indexOf(name) % colours.length] ?? '#000'
  const most = Math.min(longest, Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ value }) => value))))
  const xOf = (value: number): number => left + (Math.min(value, most) / most) * (width - left - right)

  const lines: string[] = []
  let y = top
  for (const { label, bars } of groups) {
    lines.push(text(left - 10, y + (bars.length * barHeight) / 2 + 4, label, 'text-anchor="end"'))
    for (const { series: name, value, label: amount } of bars) {
      const length = Math.max(1, xOf(value) - left)
      lines.push(
        `<rect x="${left}" y="${y}" width="${round(length)}" height="${barHeight - 2}" fill="${colourOf(name)}"/>`,
        text(left + length + 5, y + 10, value > most ? `${amount} →` : amount, 'font-size="11"'),
      )
      y += barHeight
    }
    y += groupGap
  }
  const legend = series.flatMap((name, index) => [
    `<rect x="${left + index * 230}" y="46" width="12" height="12" fill="${colourOf(name)}"/>`,
    text(left + index * 230 + 18, 56, name),
  ])
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="system-ui, sans-serif" font-size="13">`,
    `<rect width="${width}" height="${y}" fill="#fff"/>`,
    text(left, 26, title, 'font-size="16" font-weight="600"'),
    ...legend,
    ...lines,
    `<line x1="${round(xOf(1))}" x2="${round(xOf(1))}" y1="${top - 6}" y2="${y - groupGap}" stroke="#b00020" stroke-dasharray="4 3"/>`,
    text(xOf(1), top - 10, unit, 'text-anchor="middle" font-size="11" fill="#b00020"'),
    '</svg>',
    '',
  ].join('\n')
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped}</text>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
