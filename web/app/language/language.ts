import { useMemo } from 'react'
import { preferences, usePreferences } from '../settings/preferences.ts'
import { textOf, type Language, type Texts, type Values } from './texts.ts'

/** The language that the user chose, or else that of the browser. */
export function currentLanguage(chosen: Language | null = preferences().language): Language {
  return chosen ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en')
}

export function useLanguage(): Language {
  return currentLanguage(usePreferences().language)
}

/** A function that returns the texts of a catalogue in the current language. */
export function useTexts<Key extends string>(catalogue: Texts<Key>): (key: Key, values?: Values) => string {
  const language = useLanguage()
  return useMemo(() => (key, values) => textOf(catalogue[key], language, values), [catalogue, language])
}

export interface Formats {
  /** A number in few characters, such as 1.2K. */
  readonly count: (value: number | null | undefined) => string
  /** How long ago an ISO date is, or the date itself when that is long ago. */
  readonly ago: (date: string) => string
  /** Bytes with a unit. */
  readonly bytes: (value: number) => string
  /** Seconds as minutes and seconds. */
  readonly duration: (seconds: number) => string
}

const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

function createFormats(language: Language): Formats {
  const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  return {
    count: (value) => compact.format(value ?? 0),
    ago(date) {
      const seconds = (Date.now() - Date.parse(date)) / 1_000
      if (seconds > 7 * 86_400) return day.format(new Date(date))
      const [unit, size] = units.find(([, limit]) => seconds >= limit) ?? (['minute', 60] as const)
      return seconds < 60 ? relative.format(0, 'second') : relative.format(-Math.floor(seconds / size), unit)
    },
    bytes(value) {
      const megabytes = value / 1_048_576
      const shown = megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes).toLocaleString(language)
      return `${shown} MB`
    },
    duration(seconds) {
      const whole = Math.round(seconds)
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
    },
  }
}

const formats = { en: createFormats('en'), zh: createFormats('zh') }

/** Numbers and dates in the current language. */
export function useFormats(): Formats {
  return formats[useLanguage()]
}
