-- Whether convenors took back an invitation that its guest had opened. What the guest reads again stays, so that they can be
-- shown less; they answer no more. It tells no more than that what they had answered is deleted.
alter table forum_guest add column withdrawn boolean not null default false;

-- A conflict of interest can be taken back as long as nobody has worked on the case since. While there is one: what the
-- reviewer was before, and the version of the case then. Afterwards: the signature by which it was taken back, which officers'
-- browsers verify.
alter table grant_reviewer add column conflict_from text, add column conflict_at integer, add column taken_back text;
