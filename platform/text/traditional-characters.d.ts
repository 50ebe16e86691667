/** OpenCC's table of traditional characters: `traditional simplified[ alternative…]`, separated by `|`. */
declare module 'opencc-js/dict/TSCharacters' {
  const pairs: string
  export default pairs
}
