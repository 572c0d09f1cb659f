-- That a convenor's browser has opened a guest's newest answer: the SHA-256 of 16 bytes that stand in the sealed answer alone. The
-- guest reads it and compares; whoever has not opened the answer cannot make it. It goes with the invitation.
alter table forum_guest add column read_hash text;
