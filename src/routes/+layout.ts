// Pages carry not one byte of JavaScript, so that they work on any phone, over any network and in Tor Browser's safest
// mode, unless a group of routes says otherwise, and it says why.
export const csr = false;
