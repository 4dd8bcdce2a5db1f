/** The telephone's shelf in IndexedDB: each change is on disk before it is said to be kept. */
import type { HeldOrder, NewQueued, Queued, Shelf } from './kinds'

const NAME = 'gatehouse-phone'
const QUEUE = 'queue'
const HELD = 'held'

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'))
  })
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(QUEUE, { keyPath: 'number', autoIncrement: true })
    request.result.createObjectStore(HELD, { keyPath: 'user' })
  }
  return done(request)
}

export class DiskShelf implements Shelf {
  private database: Promise<IDBDatabase> | null = null

  async queued(): Promise<Queued[]> {
    return this.read(QUEUE, (store) => store.getAll() as IDBRequest<Queued[]>)
  }

  async add(item: NewQueued): Promise<Queued> {
    const number = await this.write(QUEUE, (store) => store.add(item))
    return { ...item, number: Number(number) } as Queued
  }

  async put(item: Queued): Promise<void> {
    await this.write(QUEUE, (store) => store.put(item))
  }

  async remove(number: number): Promise<void> {
    await this.write(QUEUE, (store) => store.delete(number))
  }

  async held(user: string): Promise<{ readonly orders: readonly HeldOrder[]; readonly at: number }> {
    const row = await this.read(HELD, (store) => store.get(user) as IDBRequest<{ orders: HeldOrder[]; at: number } | undefined>)
    return row ?? { orders: [], at: 0 }
  }

  async hold(user: string, orders: readonly HeldOrder[], at: number): Promise<void> {
    await this.write(HELD, (store) => store.put({ user, orders, at }))
  }

  async forget(): Promise<void> {
    await this.write(HELD, (store) => store.clear())
  }

  private async read<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.opened()
    return done(ask(database.transaction(name).objectStore(name)))
  }

  private async write<T>(name: string, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const database = await this.opened()
    const transaction = database.transaction(name, 'readwrite', { durability: 'strict' })
    const request = ask(transaction.objectStore(name))
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'))
    })
    return request.result
  }

  private opened(): Promise<IDBDatabase> {
    this.database ??= open()
    return this.database
  }
}
