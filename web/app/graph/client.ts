import { createClient } from '../../../client/client.ts'
import { currentLanguage } from '../language/language.ts'
import { tokenStore } from './store.ts'

/** The typed client of the graph: it signs in, refreshes tokens, uploads, and follows events. */
export const client = createClient({
  url: new URL('/graphql', location.href).href,
  store: tokenStore,
  language: () => currentLanguage(),
})
