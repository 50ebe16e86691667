import { useId } from 'react'
import { Segments } from '../components/segments.tsx'
import { useTexts } from '../language/language.ts'
import { setPreferences, usePreferences } from './preferences.ts'
import { settingsTexts } from './texts.ts'

/** The theme and the language of this browser. */
export function AppearanceSettings() {
  const text = useTexts(settingsTexts)
  const { theme, language } = usePreferences()
  return (
    <section className="settings-section" aria-labelledby="settings-appearance">
      <h2 id="settings-appearance">{text('appearance')}</h2>
      <Segments
        name="theme"
        legend={text('theme')}
        value={theme}
        choices={[
          ['system', text('system')],
          ['light', text('light')],
          ['dark', text('dark')],
        ]}
        onChange={(chosen) => setPreferences({ theme: chosen })}
      />
      <Segments
        name="language"
        legend={text('language')}
        value={language ?? 'browser'}
        choices={[
          ['browser', text('browser')],
          ['zh', '中文'],
          ['en', 'English'],
        ]}
        onChange={(chosen) => setPreferences({ language: chosen === 'browser' ? null : chosen })}
      />
    </section>
  )
}

/** How this browser plays videos. */
export function PlaybackSettings() {
  const text = useTexts(settingsTexts)
  const now = usePreferences()
  return (
    <section className="settings-section" aria-labelledby="settings-playback">
      <h2 id="settings-playback">{text('playback')}</h2>
      <div className="switches">
        {(['autoplay', 'sound', 'advances'] as const).map((name) => (
          <Switch
            key={name}
            label={text(name)}
            hint={text(`${name}Hint`)}
            isOn={now[name]}
            onChange={(isOn) => setPreferences({ [name]: isOn })}
          />
        ))}
      </div>
    </section>
  )
}

interface SwitchProps {
  readonly label: string
  readonly hint: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}

function Switch({ label, hint, isOn, onChange }: SwitchProps) {
  const id = useId()
  return (
    <div className="switch">
      <label htmlFor={id}>
        <strong>{label}</strong>
        <small id={`${id}-hint`} className="muted" aria-hidden="true">
          {hint}
        </small>
      </label>
      <input
        id={id}
        type="checkbox"
        role="switch"
        checked={isOn}
        aria-label={label}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.checked)}
      />
    </div>
  )
}
