import './first.ts'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { currentLanguage } from './language/language.ts'
import { followPreferences } from './settings/preferences.ts'

declare const __RELOADS__: boolean

followPreferences(({ theme, language }) => {
  document.documentElement.dataset['theme'] = theme
  document.documentElement.lang = currentLanguage(language)
})

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)

// `npm run dev` tells when there is another build.
if (__RELOADS__) new EventSource('/web/changes').onmessage = () => location.reload()
