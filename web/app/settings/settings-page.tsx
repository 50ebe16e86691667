import { useQuery } from '@apollo/client/react'
import { Button } from '../components/button.tsx'
import { ErrorState, SkeletonLines } from '../components/states.tsx'
import { useTitle } from '../components/title.ts'
import { operation } from '../graph/documents.ts'
import { commonTexts } from '../language/common-texts.ts'
import { useTexts } from '../language/language.ts'
import { addPageStyles } from '../layout/page-styles.ts'
import { useSession } from '../sign-in/session.tsx'
import { Account } from './account.tsx'
import { AppearanceSettings, PlaybackSettings } from './app-settings.tsx'
import { ProfileForm } from './profile-form.tsx'
import styles from './settings.page.css'
import { settingsTexts } from './texts.ts'

addPageStyles(styles)

/** What a user can change of their profile, of their account, and of this browser. */
export default function SettingsPage() {
  const text = useTexts(settingsTexts)
  const common = useTexts(commonTexts)
  const { user, askToSignIn } = useSession()
  useTitle(text('title'))
  return (
    <div className="page settings">
      <header className="page-head">
        <h1>{text('title')}</h1>
      </header>
      {user ? (
        <Profile key={user.id} />
      ) : (
        <section className="settings-section settings-sign-in">
          <p className="muted">{text('signIn')}</p>
          <Button kind="primary" onClick={() => askToSignIn()}>
            {common('signIn')}
          </Button>
        </section>
      )}
      <AppearanceSettings />
      <PlaybackSettings />
      {user && <Account />}
    </div>
  )
}

function Profile() {
  const text = useTexts(settingsTexts)
  const { data, loading, error, refetch } = useQuery(operation('Viewer'))
  const viewer = data?.viewer
  return (
    <section className="settings-section" aria-labelledby="settings-profile">
      <h2 id="settings-profile">{text('profile')}</h2>
      {viewer ? (
        <ProfileForm user={viewer} />
      ) : error && !loading ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <SkeletonLines count={3} />
      )}
    </section>
  )
}
