/** What the telephone keeps: orders as they were last seen, and what waits to be sent. */
import type { components } from '@/api/schema'

type Schemas = components['schemas']
export type HeldOrder = Schemas['HeldOrder']
export type WorkOrder = Schemas['WorkOrder']
export type ActionResult = Schemas['ActionResult']
export type Deed = Schemas['PhoneAction']['does']
export type Check = Schemas['Check']
export type ChecklistItem = Schemas['ChecklistItem']

/** A photo that waits: scaled already. */
export interface QueuedPhoto {
  readonly bytes: Blob
  /** A data URL of some kB, to be shown. */
  readonly small: string
}

interface Waiting {
  /** Counts up on this telephone: the order in which things were done. */
  readonly number: number
  readonly user: string
  /** The same however often it is sent. */
  readonly key: string
  readonly order: string
  readonly orderNumber: number
  /** ms, by this telephone's clock. */
  readonly at: number
  /** What was known then of how far the server's clock is ahead, ms. */
  readonly offset: number
  readonly state: 'waiting' | 'conflict' | 'refused'
  /** What the cloud said against it. */
  readonly detail: string
  /** The order as the cloud said it is; null: not to be seen. */
  readonly present?: WorkOrder | null
}

export interface QueuedAction extends Waiting {
  readonly kind: 'action'
  readonly does: Deed
}

export interface QueuedPhotoSend extends Waiting {
  readonly kind: 'photo'
  readonly photo: QueuedPhoto
}

export type Queued = QueuedAction | QueuedPhotoSend
export type NewQueued = Omit<QueuedAction, 'number'> | Omit<QueuedPhotoSend, 'number'>

/** Where it is kept; IndexedDB on the telephone, memory in tests. */
export interface Shelf {
  queued(): Promise<Queued[]>
  add(item: NewQueued): Promise<Queued>
  put(item: Queued): Promise<void>
  remove(number: number): Promise<void>
  held(user: string): Promise<{ readonly orders: readonly HeldOrder[]; readonly at: number }>
  hold(user: string, orders: readonly HeldOrder[], at: number): Promise<void>
  forget(): Promise<void>
}
