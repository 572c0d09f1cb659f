// The vault seals and opens on the reader's own device: the server renders nothing of it and could not.
export const ssr = false;
export const csr = true;
