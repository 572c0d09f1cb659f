import { deviceStoreOf } from '#lib/circles/client/device-store.ts';

/** What this browser keeps of invitations: see *What a device keeps of an invitation*. */
export const guestStore = deviceStoreOf('steadfast-invited');
