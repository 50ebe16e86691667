import type { Caller } from '../../../platform/auth/caller.ts'
import type { ObjectStore } from '../../../platform/storage/object-store.ts'
import type { Account } from '../accounts/repository.ts'
import { defaultAvatarKey, defaultBackgroundKey } from './default-pictures.ts'

const defaultSignature = '这个人很神秘，什么都没有写。'

/** A user as the graph shows them: every field has a value. */
export interface Profile {
  readonly __typename: 'User'
  readonly id: string
  readonly name: string
  /** URL. */
  readonly avatar: string
  /** URL. */
  readonly backgroundImage: string
  readonly signature: string
  readonly createdAt: Date
  readonly isBanned: boolean
  /** Visible to the user themselves only. */
  readonly isAdmin: boolean
}

/** Presents an account, with defaults for unset fields. */
export function showProfile(
  { id, name, avatarKey, backgroundKey, signature, createdAt, isBanned, isAdmin }: Account,
  objectStore: Pick<ObjectStore, 'publicUrl'>,
  caller: Pick<Caller, 'origin'>,
): Profile {
  return {
    __typename: 'User',
    id,
    name,
    avatar: objectStore.publicUrl(caller, avatarKey ?? defaultAvatarKey(id)),
    backgroundImage: objectStore.publicUrl(caller, backgroundKey ?? defaultBackgroundKey(id)),
    signature: signature === null || signature === '' ? defaultSignature : signature,
    createdAt,
    isBanned,
    isAdmin,
  }
}
