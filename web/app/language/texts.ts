export type Language = 'en' | 'zh'

/** The texts of a feature by key, in English and in Chinese. `{name}` is a value; `one|other` are English plural forms by `count`. */
export type Texts<Key extends string> = Readonly<Record<Key, readonly [en: string, zh: string]>>
export type Values = Readonly<Record<string, string | number>>

/** Makes a catalogue whose keys are types. */
export function texts<const Key extends string>(catalogue: Texts<Key>): Texts<Key> {
  return catalogue
}

const plurals = new Intl.PluralRules('en')

/** One text of a catalogue in a language. */
export function textOf(
  [english, chinese]: readonly [en: string, zh: string],
  language: Language,
  values: Values = {},
): string {
  const text = language === 'zh' ? chinese : english
  const forms = text.split('|')
  const form = forms.length === 2 && plurals.select(Number(values['count'])) === 'one' ? forms[0] : forms.at(-1)
  return (form ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? value.toLocaleString(language) : value
  })
}
