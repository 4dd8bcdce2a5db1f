/** Who works with this telephone, also where there is no network to ask: remembered until they log out. */
import { cloud } from '@/api/cloud'
import { asProblem } from '@/api/problem'
import type { Session } from '@/api/types'
import { useSession } from '../session'
import { forgetTyped } from '../typed_shelf'
import { recallOffset } from './clock'

const WHO = 'gatehouse.phone.user'
/** They logged out where the cloud could not be told. */
const OUT = 'gatehouse.phone.out'

function known(): Session | null {
  try {
    return JSON.parse(localStorage.getItem(WHO) ?? 'null') as Session | null
  } catch {
    return null
  }
}

function remember(): void {
  const session = useSession()
  if (session.current) localStorage.setItem(WHO, JSON.stringify(session.current))
}

/** Whether somebody is logged in: who is remembered goes on at once and is asked about beside it, else the cloud says. */
export async function isKnown(): Promise<boolean> {
  const session = useSession()
  if (session.current) return true
  session.current = localStorage.getItem(OUT) ? null : known()
  if (session.current) {
    recallOffset()
    void confirm(session.name)
    return true
  }
  try {
    if (localStorage.getItem(OUT)) await tellOut()
    await session.check()
    remember()
  } catch {
    recallOffset()
  }
  return session.current !== null
}

/** Whether the cloud says that it is still this person: what waits is sent in nobody else's name. */
export async function confirm(name: string): Promise<boolean> {
  const session = useSession()
  if (session.checked) return session.name === name
  try {
    await session.check()
  } catch {
    return false
  }
  if (session.current) remember()
  else localStorage.removeItem(WHO)
  if (session.current && session.name !== name) location.reload()
  return session.name === name
}

async function tellOut(): Promise<void> {
  await cloud.logOut()
  localStorage.removeItem(OUT)
}

export async function logIn(name: string, password: string): Promise<void> {
  if (localStorage.getItem(OUT)) await tellOut()
  await useSession().logIn(name, password)
  remember()
}

export async function logOut(): Promise<void> {
  const session = useSession()
  localStorage.removeItem(WHO)
  forgetTyped()
  try {
    await session.logOut()
  } catch (error) {
    if (asProblem(error).status !== 401) localStorage.setItem(OUT, 'yes')
    session.current = null
  }
}
