import { useState } from 'react'
import { useNavigate } from 'react-router'
import { routes } from '../../routes.ts'
import { Menu, MenuEntry } from '../components/menu.tsx'
import { Sheet } from '../components/sheet.tsx'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import { BlockedUsers, MutedUsers } from './hidden-users.tsx'
import { PasswordForm } from './password-form.tsx'
import { Sessions } from './sessions.tsx'
import { settingsTexts } from './texts.ts'

type Part = 'password' | 'sessions' | 'blocked' | 'muted'

/** The password, the devices, and the users whom the viewer does not want to see. */
export function Account() {
  const text = useTexts(settingsTexts)
  const { signOut } = useSession()
  const navigate = useNavigate()
  const [part, setPart] = useState<Part | null>(null)
  const close = (): void => setPart(null)
  return (
    <section className="settings-section" aria-labelledby="settings-account">
      <h2 id="settings-account">{text('account')}</h2>
      <Menu>
        <MenuEntry icon="lock" label={text('password')} onPress={() => setPart('password')} />
        <MenuEntry icon="globe" label={text('sessions')} onPress={() => setPart('sessions')} />
        <MenuEntry icon="block" label={text('blocked')} onPress={() => setPart('blocked')} />
        <MenuEntry icon="eyeOff" label={text('muted')} onPress={() => setPart('muted')} />
        <MenuEntry
          icon="signOut"
          label={text('signOut')}
          onPress={() => void signOut().then(() => navigate(routes.feed))}
        />
      </Menu>
      {part !== null && (
        <Sheet title={text(part)} onClose={close} size={part === 'password' ? 'small' : 'medium'}>
          {part === 'password' && <PasswordForm onDone={close} />}
          {part === 'sessions' && <Sessions />}
          {part === 'blocked' && <BlockedUsers />}
          {part === 'muted' && <MutedUsers />}
        </Sheet>
      )}
    </section>
  )
}
