/**
 * Note: The vault is absent.
 * Everywhere but in a browser `#vault` is this file: the same names, each refusing. So the server's program holds no
 * code that could open an envelope, whatever somebody imports by mistake.
 */
function refuse(): never {
	throw new Error('The vault exists in browsers only; the server can neither seal nor open.');
}

export const accountOf = refuse;
export const callKeyOf = refuse;
export const continuation = refuse;
export const decodeText = refuse;
export const draftKeyOf = refuse;
export const epochOf = refuse;
export const guestKeysOf = refuse;
export const guestLinkOf = refuse;
export const headOf = refuse;
export const invitationOf = refuse;
export const isExportRecipient = refuse;
export const isProof = refuse;
export const kitOf = refuse;
export const nameKey = refuse;
export const newAccount = refuse;
export const newCallSecret = refuse;
export const newEpoch = refuse;
export const newExportKey = refuse;
export const newGuestKeys = refuse;
export const newGuestLink = refuse;
export const newInvitation = refuse;
export const newKit = refuse;
export const newPartSecret = refuse;
export const newReceipt = refuse;
export const newRefereeLink = refuse;
export const openCard = refuse;
export const openEpochKeys = refuse;
export const openFile = refuse;
export const openLetter = refuse;
export const openMemory = refuse;
export const openRecord = refuse;
export const openUnlock = refuse;
export const partFiles = refuse;
export const partHash = refuse;
export const partRecords = refuse;
export const proofOf = refuse;
export const randomWords = refuse;
export const readSecretWords = refuse;
export const receiptOf = refuse;
export const recordHash = refuse;
export const refereeLinkOf = refuse;
export const resealRecord = refuse;
export const safetyWords = refuse;
export const sealedSize = refuse;
export const sealEpochKeys = refuse;
export const sealExport = refuse;
export const sealFile = refuse;
export const sealLetter = refuse;
export const sealMemory = refuse;
export const sealRecord = refuse;
export const sealUnlock = refuse;
export const secretWords = refuse;
export const signEntry = refuse;
export const signRequest = refuse;
export const steppedLength = refuse;
export const unlockHash = refuse;
export const unlockIdentity = refuse;
export const VaultFailure = refuse;
