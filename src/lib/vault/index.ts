// The vault's door: everything that pages may use of it. Each name has its refusing twin in absent.ts.
import { bringVerifier } from './envelope.ts';

// Browsers without Ed25519 of their own load one; the others never do.
bringVerifier(async (publicKey, message, signature) => (await import('./ed25519-script.ts')).isSignedByScript(publicKey, message, signature));

export { accountOf, newAccount, openCard, type AccountCard, type AccountKeys } from './account.ts';
export { openMemory, sealMemory } from './device.ts';
export { epochOf, newEpoch, openEpochKeys, sealEpochKeys, type AnnouncedEpoch, type EpochKeys } from './epoch.ts';
export { isExportRecipient, newExportKey, sealExport } from './export.ts';
export { VaultFailure, type FailureKind } from './failure.ts';
export { openFile, partHash, sealedSize, sealFile } from './file.ts';
export { decodeText } from './frame.ts';
export { guestKeysOf, guestLinkOf, newGuestKeys, newGuestLink, type GuestKeys, type GuestLink } from './guest.ts';
export { invitationOf, isProof, newInvitation, proofOf, type InvitationSecret } from './invitation.ts';
export { nameKey, type KeyIdentity, type SigningKey } from './keys.ts';
export { kitOf, newKit, type Kit } from './kit.ts';
export { openLetter, sealLetter, type LetterHeader } from './letter.ts';
export { continuation, headOf, signEntry, type LogHead, type UnsignedEntry } from './log.ts';
export { steppedLength } from './padding.ts';
export { newPartSecret, partFiles, partRecords } from './part.ts';
export { callKeyOf, newCallSecret } from './call-key.ts';
export { draftKeyOf, newReceipt, receiptOf, type Receipt } from './receipt.ts';
export { newRefereeLink, refereeLinkOf, type RefereeLink } from './referee.ts';
export { openRecord, recordHash, resealRecord, sealRecord, type RecordPlace, type RecordSeal } from './record.ts';
export { signRequest } from './requests.ts';
export { openUnlock, sealUnlock, unlockHash, unlockIdentity, type Unlocker } from './unlock.ts';
export { randomWords, readSecretWords, safetyWords, secretWords, type ReadWords, type WordLanguage } from './words.ts';
