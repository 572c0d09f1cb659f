// The record: not one byte of JavaScript, so that it works on any phone, over any network and in Tor Browser's safest mode.
export const csr = false;
