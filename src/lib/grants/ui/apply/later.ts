import { newReceipt } from '#vault';
import { keepDraft } from '../../client/drafts.ts';
import { sealApplication } from '../../client/sealing.ts';
import { parcelOf, sendParcel } from '../../client/sending.ts';
import Kept from './Kept.svelte';
import Steps from './Steps.svelte';

/** What the form of an application needs after its first page: see the note in applying.svelte.ts. */
export const later = { newReceipt, keepDraft, sealApplication, parcelOf, sendParcel, Kept, Steps };
