// Pages carry no JavaScript unless a group of routes says otherwise, and it says why.
export const csr = false;
