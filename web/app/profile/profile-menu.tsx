import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { userPath } from '../../routes.ts'
import { Menu, MenuEntry } from '../components/menu.tsx'
import { Sheet } from '../components/sheet.tsx'
import { showToast } from '../components/toasts.tsx'
import { ReportForm } from '../feed/report-form.tsx'
import { client } from '../graph/client.ts'
import { operation } from '../graph/documents.ts'
import { messageOf } from '../graph/errors.ts'
import { useTexts } from '../language/language.ts'
import { useSession } from '../sign-in/session.tsx'
import type { Profile } from './profile.ts'
import { profileTexts } from './texts.ts'

interface ProfileMenuProps {
  readonly user: Profile
  readonly isOwn: boolean
  readonly onClose: () => void
}

const tell = (error: unknown): void => showToast(messageOf(error))

/** What else can be done with a user. */
export function ProfileMenu({ user, isOwn, onClose }: ProfileMenuProps) {
  const text = useTexts(profileTexts)
  const { asUser } = useSession()
  const [isReporting, setIsReporting] = useState(false)
  const options = { variables: { userId: user.id }, onError: tell } as const
  const [block] = useMutation(operation('BlockUser'), options)
  const [unblock] = useMutation(operation('UnblockUser'), options)
  const [mute] = useMutation(operation('MuteUser'), options)
  const [unmute] = useMutation(operation('UnmuteUser'), options)
  const [isBlocked, isMuted] = [user.isBlocked === true, user.isMuted === true]

  function choose(action: () => unknown): void {
    onClose()
    asUser(() => void action())
  }

  async function copy(): Promise<void> {
    onClose()
    await navigator.clipboard.writeText(new URL(userPath(user.id), location.href).href)
    showToast(text('copied'))
  }

  return (
    <Sheet title={isReporting ? text('report') : user.name} onClose={onClose} size="small">
      {isReporting ? (
        <ReportForm
          onSend={(category, note) => client.request('ReportUser', { userId: user.id, category, note })}
          onDone={onClose}
        />
      ) : (
        <Menu>
          <MenuEntry icon="link" label={text('share')} onPress={() => void copy()} />
          {!isOwn && (
            <>
              <MenuEntry
                icon="soundOff"
                label={text(isMuted ? 'unmute' : 'mute')}
                onPress={() => choose(() => (isMuted ? unmute() : mute()))}
              />
              <MenuEntry
                icon="block"
                label={text(isBlocked ? 'unblock' : 'block')}
                onPress={() => choose(() => (isBlocked ? unblock() : block()))}
              />
              <MenuEntry icon="flag" label={text('report')} onPress={() => asUser(() => setIsReporting(true))} />
            </>
          )}
        </Menu>
      )}
    </Sheet>
  )
}
