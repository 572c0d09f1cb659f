// As absent.ts, for what stands behind a door of its own: `#vault/blind`.
function refuse(): never {
	throw new Error('The vault exists in browsers only; the server can neither seal nor open.');
}

export const ballotKeysOf = refuse;
export const blinded = refuse;
export const blindSigned = refuse;
export const fitsBlinded = refuse;
export const issuingOf = refuse;
export const newIssuingKey = refuse;
export const statementKeyOf = refuse;
export const unblinded = refuse;
