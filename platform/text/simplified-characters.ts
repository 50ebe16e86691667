import traditionalCharacters from 'opencc-js/dict/TSCharacters'

/** The simplified form of each traditional Chinese character that has one. */
export const simplified: ReadonlyMap<string, string> = new Map(
  traditionalCharacters.split('|').map((entry): [string, string] => {
    const [traditional = '', firstChoice = ''] = entry.split(' ')
    return [traditional, firstChoice]
  }),
)
