// What the form of an application needs after its first page: see the note in applying.svelte.ts.
export { newReceipt } from '#vault';
export { keepDraft } from '../../client/drafts.ts';
export { sealApplication } from '../../client/sealing.ts';
export { parcelOf, sendParcel } from '../../client/sending.ts';
export { default as Kept } from './Kept.svelte';
export { default as Steps } from './Steps.svelte';
